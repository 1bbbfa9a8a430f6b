// npm runs this after `npm ci` in the checkout, with whatever Node there is: puts the Node that npm brought first on the PATH of
// npm's scripts. npm 11 has made the link by itself; npm 10 makes it and removes it again along with the other platforms' packages.

'use strict';
var fs = require('fs');
var path = require('path');

var modules = path.join(__dirname, '..', 'node_modules');
var link = path.join(modules, '.bin', 'node');
var found = fs.existsSync(modules)
  ? fs.readdirSync(modules).filter(function (name) {
      return /^node-(bin-)?(linux|darwin)-(x64|arm64)$/.test(name) && fs.existsSync(path.join(modules, name, 'bin', 'node'));
    })
  : [];

if (found.length === 0) console.error('muster: npm brought no Node.js for ' + process.platform + ' ' + process.arch);
else if (!fs.existsSync(link)) {
  fs.mkdirSync(path.dirname(link), { recursive: true });
  fs.rmSync(link, { force: true });
  fs.symlinkSync(path.join('..', found[0], 'bin', 'node'), link);
}
