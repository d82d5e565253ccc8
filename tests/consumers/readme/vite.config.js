// Into the folder that the README's server.js serves.
export default { publicDir: false, build: { outDir: 'public', rollupOptions: { input: ['index.html', 'later.html'] } } }
