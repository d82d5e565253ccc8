// Builds into the folder that the documented server.js serves.
export default { publicDir: false, build: { outDir: 'public', rollupOptions: { input: ['index.html', 'later.html'] } } }
