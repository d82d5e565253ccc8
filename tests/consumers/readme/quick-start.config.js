// Builds into the folder that the documented server.js serves.
export default { publicDir: false, build: { outDir: 'public', target: 'es2022', rollupOptions: { input: 'quick-start.html' } } }
