import Fastify from 'fastify';
import { verifyWebhook } from '@clerk/fastify/webhooks';
import { Webhook } from 'svix';

// VARIANT is what is wrong with this app.
const variant = process.env.VARIANT;
const app = Fastify(variant === 'body-limit' ? { bodyLimit: 300 } : {});
const path = '/api/webhooks/clerk';
if (variant === 'right') {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (req, body, done) => done(null, body));
}
const schema = variant === 'schema' ? { body: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } } : undefined;
app.post(path, { schema }, async (req, reply) => {
  try {
    if (variant === 'right') new Webhook(process.env.CLERK_WEBHOOK_SIGNING_SECRET).verify(req.body, req.headers);
    else if (variant === 'stringify') new Webhook(process.env.CLERK_WEBHOOK_SIGNING_SECRET).verify(JSON.stringify(req.body), req.headers);
    else await verifyWebhook(req);
    return { message: 'took it' };
  } catch (err) {
    return reply.code(400).send({ error: err.message });
  }
});
await app.listen({ port: 0, host: 'localhost' });
console.log('listening on ' + app.server.address().port);
