#!/usr/bin/env node
// Runs the hooktop of this system, which is in a package of its own: npm installs the
// one optional dependency whose os and cpu match. Nothing is downloaded or built here.
'use strict'

const { spawn } = require('node:child_process')
const { constants } = require('node:os')

const packages = Object.keys(require('../package.json').optionalDependencies)
const wanted = `@hooktop/${process.platform}-${process.arch}`

// fail ends with hooktop's exit code for a wrong set-up.
function fail(what, fix) {
  process.stderr.write(`error: ${what}\nfix: ${fix}\n`)
  process.exit(2)
}

// pathIn returns the program in a package, undefined if that is not installed.
function pathIn(name) {
  try {
    return require.resolve(`${name}/bin/hooktop${name.includes('win32') ? '.exe' : ''}`)
  } catch {
    return undefined
  }
}

function program() {
  if (!packages.includes(wanted)) {
    fail(`there is no hooktop for ${process.platform} on ${process.arch}`,
      'build it with Go: go install github.com/hooktop/hooktop/cmd/hooktop@latest')
  }
  const path = pathIn(wanted)
  if (path) return path
  const other = packages.find(pathIn)
  if (other) {
    fail(`${wanted} is not installed, but ${other} is: these packages were installed on another system`,
      'remove node_modules and install again on this one')
  }
  return fail(`${wanted}, which holds the program, is not installed`,
    'install with optional dependencies: npm install --include=optional hooktop, or npx --include=optional hooktop; if they are not turned off, remove node_modules and the lock file first')
}

const child = spawn(program(), process.argv.slice(2), { stdio: 'inherit' })

// hooktop decides when to end: a signal is passed on, and this process waits. Of two
// within a second, one from the terminal and one from here, hooktop counts one. On
// Windows the console tells hooktop, too, and kill would end it at once.
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', process.platform === 'win32' ? 'SIGBREAK' : 'SIGQUIT']
for (const name of signals) {
  process.on(name, () => {
    if (process.platform !== 'win32') child.kill(name)
  })
}

child.on('error', (err) => {
  fail(`cannot run ${child.spawnfile}: ${err.code || err.message}`, 'remove node_modules and install again')
})
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code)
  for (const name of signals) process.removeAllListeners(name)
  process.kill(process.pid, signal) // so that a shell sees the same end
  setTimeout(() => process.exit(128 + (constants.signals[signal] || 0)), 100) // it was ignored
})
