// A registry that serves packed packages from a folder on loopback, and nothing else:
// npm and npx install from it as they would from the real one. It prints its URL and
// serves until it is stopped.
//
//   node .packaging/npm/registry.js dist/npm
'use strict'

const { createHash } = require('node:crypto')
const { execFileSync } = require('node:child_process')
const { readdirSync, readFileSync } = require('node:fs')
const { createServer } = require('node:http')
const { basename, join } = require('node:path')

const folder = process.argv[2]
const manifests = new Map()
for (const file of readdirSync(folder).filter((name) => name.endsWith('.tgz'))) {
  const path = join(folder, file)
  const manifest = JSON.parse(execFileSync('tar', ['-xOzf', path, 'package/package.json']))
  const integrity = 'sha512-' + createHash('sha512').update(readFileSync(path)).digest('base64')
  manifests.set(manifest.name, { ...manifest, dist: { integrity, file } })
}

const server = createServer((req, res) => {
  const asked = decodeURIComponent(new URL(req.url, 'http://localhost').pathname).slice(1)
  process.stderr.write(`${req.method} ${asked}\n`)
  if (asked.endsWith('.tgz')) {
    res.end(readFileSync(join(folder, basename(asked))))
    return
  }
  const manifest = manifests.get(asked)
  if (!manifest) {
    res.writeHead(404).end('{}')
    return
  }
  const { file, integrity } = manifest.dist
  const dist = { integrity, tarball: `http://${req.headers.host}/${file}` }
  res.setHeader('Content-Type', 'application/json')
  res.end(JSON.stringify({
    name: manifest.name, 'dist-tags': { latest: manifest.version }, versions: { [manifest.version]: { ...manifest, dist } },
  }))
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
