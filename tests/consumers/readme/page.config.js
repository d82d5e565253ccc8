export default { publicDir: false, build: { outDir: 'bundled', rollupOptions: { input: 'page.html' } } }
