// Reads hooktop's file with the real Prisma client, says what came out, and
// writes a row of its own: node check.mjs FILE
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import prismaClient from '@prisma/client'

const adapter = new PrismaBetterSqlite3({ url: 'file:' + process.argv[2] })
const prisma = new prismaClient.PrismaClient({ adapter })

// A date is {"date": ISO}, so that a text which looks like one can be told.
const shown = (v) => (v instanceof Date ? { date: v.toISOString() } : v)
const rows = await prisma.user.findMany({ orderBy: { id: 'asc' } })
const since = await prisma.user.count({ where: { createdAt: { gt: new Date('2020-01-01') }, cancelAtPeriodEnd: true } })

await prisma.user.create({
  data: {
    id: 'user_prisma',
    email: 'prisma@example.com',
    planKey: 'pro',
    cancelAtPeriodEnd: true,
    subscriptionCurrentPeriodEnd: new Date('2027-01-02T03:04:05.678Z'),
  },
})
await prisma.user.update({ where: { id: 'user_ada' }, data: { planKey: 'team' } })
await prisma.$disconnect()
console.log(JSON.stringify({
  rows: rows.map((r) => Object.fromEntries(Object.entries(r).map(([k, v]) => [k, shown(v)]))),
  since,
}))
