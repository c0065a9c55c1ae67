// For trying out: the emulator, and a gateway on it that ends with it. Usage: node with_emulator.mjs PROGRAM [serve options]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';

import { startEmulator } from './processes.mjs';

const project = 'demo-gateway';
const emulator = await startEmulator();
console.error(`
Google's Auth emulator is on http://${emulator.host}, project ${project}; it forgets everything when this ends.
  sign up     curl -X POST http://localhost:8080/api/v1/auth/signup -H 'Content-Type: application/json' \\
                -d '{"email":"ada@example.com","password":"Str0ng#Enough","fullName":"Ada","userType":0}'
  health      curl http://localhost:8080/api/v1/health
  its mails   curl http://${emulator.host}/emulator/v1/projects/${project}/oobCodes
  accounts    curl -H 'Authorization: Bearer owner' \\
                http://${emulator.host}/identitytoolkit.googleapis.com/v1/projects/${project}/accounts:batchGet
`);

const [program, ...options] = process.argv.slice(2);
const gateway = spawn(program, ['serve', ...options], {
  stdio: 'inherit',
  env: {
    GATEWAY_ENVIRONMENT: 'Development',
    Firebase__ProjectId: project,
    Firebase__Emulator__Host: emulator.host,
    Firebase__Emulator__AllowUnsignedTokens: 'true',
    Plugins__Providers: '["firebase"]',
    Plugins__Policies: '["allowed-hosts","security-headers"]',
    Plugins__Storage: 'memory',
    ...process.env,
  },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // From a terminal both have got it already, and the gateway takes a second one for "at once".
  process.on(signal, () => signal !== 'SIGINT' && gateway.kill(signal));
}
const [status] = await once(gateway, 'exit');
await emulator.stop();
process.exit(status ?? 1);
