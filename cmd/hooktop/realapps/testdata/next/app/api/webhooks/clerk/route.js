import { verifyWebhook } from '@clerk/nextjs/webhooks';
import { auth } from '@clerk/nextjs/server';
import { notFound } from 'next/navigation';

export async function POST(req) {
  switch (process.env.VARIANT) {
    case 'auth-in-handler': {
      const { userId } = await auth();
      if (!userId) return new Response('Unauthorized', { status: 401 });
      break;
    }
    case 'not-found':
      notFound();
      break;
    case 'read-twice':
      await req.json();
      break;
    case 'uncaught':
      await verifyWebhook(req);
      return Response.json({ ok: true });
    case 'fails-itself': {
      const event = await verifyWebhook(req);
      return Response.json({ name: event.data.there.is.no.such.field });
    }
  }
  try {
    const event = await verifyWebhook(req);
    return Response.json({ message: 'took ' + event.type });
  } catch (err) {
    switch (process.env.VARIANT) {
      case 'catch-200':
        return Response.json({ error: 'Invalid webhook signature' });
      case 'catch-401':
        return Response.json({ error: 'Unauthorized' }, { status: 401 });
    }
    return Response.json({ error: String(err.message) }, { status: 400 });
  }
}
