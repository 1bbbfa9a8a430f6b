// Shows the entries, and looks for new ones every few seconds.

const form = document.querySelector('#write');
const list = document.querySelector('#entries');
const notice = document.querySelector('#notice');
const footer = document.querySelector('#footer');
const template = document.querySelector('#entry');

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void sign();
});

await showTitle();
await refresh();
setInterval(refresh, 3000);

async function sign() {
  const { name, message } = Object.fromEntries(new FormData(form));
  const response = await fetch('/api/entries', { method: 'POST', body: JSON.stringify({ name, message }) });
  const answer = await response.json();
  notice.textContent = response.ok ? 'Thank you! The worker is reading it.' : answer.error;
  if (!response.ok) return;
  form.elements.message.value = '';
  setTimeout(refresh, 300);
}

async function showTitle() {
  const { title } = await (await fetch('/site.json')).json();
  document.title = title;
  document.querySelector('#title').textContent = title;
}

async function refresh() {
  try {
    const { entries, published, waiting, replica } = await (await fetch('/api/entries')).json();
    list.replaceChildren(...entries.map(show));
    footer.textContent = `${published} entries, ${waiting} waiting · answered by api replica ${replica}`;
  } catch {
    footer.textContent = 'The guest book is away for a moment.';
  }
}

function show(entry) {
  const item = template.content.cloneNode(true);
  const initial = item.querySelector('.initial');
  initial.textContent = [...entry.name][0].toUpperCase();
  initial.style.setProperty('--hue', hueOf(entry.name));
  item.querySelector('strong').textContent = entry.name;
  item.querySelector('.message').textContent = entry.message;
  const time = item.querySelector('time');
  time.dateTime = entry.writtenAt;
  time.textContent = new Date(entry.writtenAt).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
  return item;
}

/** The same name has the same colour everywhere. */
function hueOf(name) {
  return [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
}
