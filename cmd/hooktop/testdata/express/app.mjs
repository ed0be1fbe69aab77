// An app with a users table in memory, which Clerk's own library verifies for.
// HANDLER=correct does what a careful one does; HANDLER=naive is the code that
// one finds in tutorials. PORT 0 is any; the port is printed once it listens.
import express from 'express'
import { verifyWebhook } from '@clerk/express/webhooks'

const naive = process.env.HANDLER === 'naive'
const users = new Map() // id -> { email, at }
const gone = new Set()
const seen = new Set() // the messages that were applied

const app = express()
if (naive) app.use(express.json()) // before the route: what is verified is written again
else app.use('/api/webhooks/clerk', express.raw({ type: () => true, limit: '1mb' }))

app.post('/api/webhooks/clerk', async (req, res) => {
  let event
  try {
    event = await verifyWebhook(req)
  } catch (error) {
    return res.status(400).json({ message: error.message })
  }
  if (naive) return applyNaively(event, res)
  if (seen.has(req.get('svix-id'))) return res.json({ message: 'Already processed' })
  const status = apply(event)
  if (status < 300) seen.add(req.get('svix-id'))
  res.status(status).json({ message: event.type })
})

function apply({ type, data, timestamp }) {
  if (!type.startsWith('user.')) return 200
  if (type === 'user.deleted') {
    users.delete(data.id)
    gone.add(data.id)
    return 200
  }
  const email = (data.email_addresses.find((a) => a.id === data.primary_email_address_id) ?? data.email_addresses[0])?.email_address
  if (!email) return 400
  if (gone.has(data.id) || timestamp < (users.get(data.id)?.at ?? 0)) return 200
  if ([...users].some(([id, user]) => id !== data.id && user.email === email)) return 409
  users.set(data.id, { email, at: timestamp })
  return 200
}

// It inserts, takes an address for granted, wants what it updates, and lets the
// last word win.
function applyNaively({ type, data }, res) {
  const email = () => data.email_addresses[0].email_address
  switch (type) {
    case 'user.created':
      if (users.has(data.id)) throw new Error('UNIQUE constraint failed: User.id')
      users.set(data.id, { email: email() })
      break
    case 'user.updated':
      if (!users.has(data.id)) throw new Error('An operation failed because it depends on records that were required but not found (P2025)')
      users.set(data.id, { email: email() })
      break
    case 'user.deleted':
      users.delete(data.id)
      break
    default:
      return res.status(400).json({ message: `unknown event ${type}` })
  }
  res.json({ ok: true })
}

app.all('/api/webhooks/clerk', (_req, res) => res.status(405).set('Allow', 'POST').end())
app.get('/users/:id', (req, res) => (users.has(req.params.id) ? res.json(users.get(req.params.id)) : res.status(404).end()))

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => console.log(server.address().port))
