import { clerkMiddleware } from '@clerk/nextjs/server';
import { NextResponse } from 'next/server';

// VARIANT is what is wrong with this app.
export default clerkMiddleware(async (auth, req) => {
  switch (process.env.VARIANT) {
    case 'wrong-matcher': // everything is protected, the webhook route, too
      await auth.protect();
      break;
    case 'middleware-401': {
      const { userId } = await auth();
      if (!userId) return NextResponse.json({ error: 'Unauthorized' }, { status: 401 });
      break;
    }
    case 'sign-in': {
      const { userId, redirectToSignIn } = await auth();
      if (!userId) return redirectToSignIn();
      break;
    }
    case 'locale':
      if (!req.nextUrl.pathname.startsWith('/en')) return NextResponse.redirect(new URL('/en' + req.nextUrl.pathname, req.url));
  }
});

export const config = { matcher: ['/((?!_next).*)'] };
