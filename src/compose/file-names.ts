/** What a Compose file is called where only its folder is named, the first one wins. */
export const fileNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml', 'compose.toml'];
