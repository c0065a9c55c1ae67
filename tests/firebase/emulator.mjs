// Google's Auth emulator in this process. Usage: node emulator.mjs [PORT]
// Modules: from $FIREBASE_TEST_MODULES/node_modules. Says {"port":N} on standard output once it answers; ends when
// its standard input is closed, so that it never outlives who started it.
import { createRequire } from 'node:module';
import { once } from 'node:events';
import process from 'node:process';

const require = createRequire(`${process.env.FIREBASE_TEST_MODULES}/`);

// Most of a start is the compiling of its description of Google's API: what nobody here calls is left out.
const spec = require('firebase-tools/lib/emulator/auth/apiSpec').default;
for (const path of Object.keys(spec.paths)) {
  if (/tenant|saml|idpconfig|passkey|mfa|gamecenter|verifyios|identityplatform|query/i.test(path)) delete spec.paths[path];
}

const { createApp } = require('firebase-tools/lib/emulator/auth/server');
const server = (await createApp('demo-gateway')).listen(Number(process.argv[2] ?? 0), '127.0.0.1');
await once(server, 'listening');
console.log(JSON.stringify({ port: server.address().port }));

process.on('SIGINT', () => {}); // of a terminal: meant for who started it
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));
