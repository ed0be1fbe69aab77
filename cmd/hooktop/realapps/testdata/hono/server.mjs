import { Hono } from 'hono';
import { serve } from '@hono/node-server';
import { verifyWebhook } from '@clerk/backend/webhooks';

// VARIANT is what is wrong with this app.
const variant = process.env.VARIANT;
const app = new Hono();
app.post('/api/webhooks/clerk', async (c) => {
  try {
    if (variant === 'read-twice') await c.req.raw.json();
    await verifyWebhook(c.req.raw);
    return c.json({ message: 'took it' });
  } catch (err) {
    return c.json({ error: err.message }, 400);
  }
});
serve({ fetch: app.fetch, port: 0, hostname: 'localhost' }, (info) => console.log('listening on ' + info.port));
