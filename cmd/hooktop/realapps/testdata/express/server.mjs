import express from 'express';
import { clerkMiddleware, requireAuth } from '@clerk/express';
import { verifyWebhook } from '@clerk/express/webhooks';
import { Webhook } from 'svix';

// VARIANT is what is wrong with this app.
const variant = process.env.VARIANT;
const app = express();
const path = '/api/webhooks/clerk';
if (variant === 'json-first' || variant === 'json-first-clerk') app.use(express.json());
if (variant === 'require-auth') app.use(clerkMiddleware(), requireAuth());
const raw = variant === 'no-parser' ? (req, res, next) => next() : express.raw({ type: 'application/json' });
app.post(path, raw, async (req, res) => {
  try {
    if (variant === 'json-first-clerk' || variant === 'clerk') {
      await verifyWebhook(req);
    } else {
      const body = variant === 'json-first' ? JSON.stringify(req.body) : req.body;
      new Webhook(process.env.CLERK_WEBHOOK_SIGNING_SECRET).verify(body, req.headers);
    }
    res.json({ message: 'took it' });
  } catch (err) {
    if (variant === 'no-parser') throw err;
    if (variant === 'catch-401') return res.status(401).json({ error: 'Unauthorized' });
    if (variant === 'catch-200') return res.json({ success: false, error: 'Webhook verification failed' });
    res.status(400).json({ error: err.message });
  }
});
const server = app.listen(0, 'localhost', () => console.log('listening on ' + server.address().port));
