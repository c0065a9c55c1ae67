// Google's own parts as judges of the gateway: the Auth emulator below it, the client SDK and the Admin SDK beside it.
// Usage: parts run firebase_test.mjs PROGRAM PLUGIN_FOLDER. Order matters where a test takes something away.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { Gateway, startEmulator, until } from './processes.mjs';

const require = createRequire(`${process.env.FIREBASE_TEST_MODULES}/`);
const client = require('@firebase/auth');
const { initializeApp } = require('@firebase/app');
const admin = require('firebase-admin/auth');
const { initializeApp: initializeAdmin } = require('firebase-admin/app');

const [program, plugins] = process.argv.slice(2);
const project = 'demo-gateway';
const password = 'Str0ng#Enough';

let emulator, gateway, sdk, auth;
let people = 0;
const newEmail = () => `person-${++people}@example.com`;

function configured(host) {
  return new Gateway(program, plugins, {
    Firebase: { ProjectId: project, Emulator: { Host: host, AllowUnsignedTokens: true } },
    // A token is looked at anew each time, so that what was taken from its account shows at once.
    Tokens: { VerifiedCacheSeconds: 0 },
  });
}

async function signUp(email = newEmail(), extra = {}) {
  const answer = await gateway.post('signup', { email, password, fullName: 'Some One', userType: 0, ...extra });
  assert.equal(answer.status, 200, JSON.stringify(answer.json));
  return { email, uid: answer.data.user.firebaseUid, ...answer.data };
}
const signIn = (email, secret = password) => gateway.post('login', { email, password: secret });
const clientSignIn = (email, secret = password) => client.signInWithEmailAndPassword(sdk, email, secret);

async function ofEmulator(path, options) {
  const answer = await fetch(`http://${emulator.host}/emulator/v1/projects/${project}/${path}`, options);
  assert.equal(answer.status, 200);
  return answer.json();
}
const codesFor = async (email, type) =>
  (await ofEmulator('oobCodes')).oobCodes.filter((code) => code.email === email && code.requestType === type);
const codeFor = (email, type) => until(`a mail ${type}`, async () => (await codesFor(email, type)).at(-1)?.oobCode);
function protectEmails(on) {
  return ofEmulator('config', {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ emailPrivacyConfig: { enableImprovedEmailPrivacy: on } }),
  });
}

const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
const segment = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (claims, header = { alg: 'none', typ: 'JWT' }) => `${segment(header)}.${segment(claims)}.`;

async function refused(answer, status, code) {
  answer = await answer;
  assert.deepEqual([answer.status, answer.code], [status, code], JSON.stringify(answer.json));
  return answer;
}
const clientCode = (code) => (error) => {
  assert.equal(error.code, code);
  return true;
};

before(async () => {
  emulator = await startEmulator();
  process.env.FIREBASE_AUTH_EMULATOR_HOST = emulator.host; // for the Admin SDK; the gateway does not look at it
  gateway = configured(emulator.host);
  await gateway.start();
  sdk = client.getAuth(initializeApp({ apiKey: 'any', projectId: project }));
  client.connectAuthEmulator(sdk, `http://${emulator.host}`, { disableWarnings: true });
  auth = admin.getAuth(initializeAdmin({ projectId: project }));
});

after(async () => {
  await sdk?.signOut();
  await gateway?.stop();
  await emulator?.stop();
});

test('the health and sign-up calls of the deployment guide', async () => {
  const health = await until('a first probe', async () => {
    const answer = await gateway.call('GET', '/api/v1/health');
    return answer.json.firebase === 'connected' && answer;
  });
  assert.equal(health.status, 200);
  assert.equal(health.json.status, 'healthy');
  assert.equal(health.json.database, 'connected');
  assert.ok(!Number.isNaN(Date.parse(health.json.timestamp)));

  const body = `{
    "email": "production-test@example.com",
    "password": "Test@123456",
    "fullName": "Production Test",
    "userType": 0
  }`;
  const command = ['-s', '-X', 'POST', `${gateway.url}/api/v1/auth/signup`, '-H', 'Content-Type: application/json', '-d', body];
  const { success, data } = JSON.parse((await promisify(execFile)('curl', command)).stdout);
  assert.equal(success, true);
  assert.equal(data.user.email, 'production-test@example.com');
  assert.equal(data.user.userType, 'Buyer');
  assert.equal((await auth.getUser(data.user.firebaseUid)).displayName, 'Production Test');
});

describe('accounts', () => {
  test('signed up here, signs in with the client SDK, whose ID token opens me', async () => {
    const { email, uid, user } = await signUp();
    const credential = await clientSignIn(email);
    assert.equal(credential.user.uid, uid);
    assert.equal(credential.user.displayName, 'Some One');
    const me = await gateway.me(await credential.user.getIdToken());
    assert.equal(me.status, 200);
    assert.equal(me.data.id, user.id);
    assert.equal(me.data.firebaseUid, uid);
  });

  test('signed up with the client SDK, is a user at the first token or login', async () => {
    const email = newEmail();
    const { user } = await client.createUserWithEmailAndPassword(sdk, email, password);
    const me = await gateway.me(await user.getIdToken());
    assert.equal(me.data.firebaseUid, user.uid);
    const login = await signIn(email.toUpperCase());
    assert.equal(login.status, 200);
    assert.equal(login.data.user.id, me.data.id);
  });

  test('the tokens of a login are what the Admin SDK calls ID tokens', async () => {
    const { email, uid, idToken } = await signUp();
    assert.equal((await auth.verifyIdToken(idToken, true)).uid, uid);
    const login = await signIn(email);
    const verified = await auth.verifyIdToken(login.data.idToken, true);
    assert.equal(verified.uid, uid);
    assert.equal(verified.email, email);
    assert.equal(Number(login.data.expiresIn), 3600);
  });

  test('an email is taken once, whoever asks', async () => {
    const { email } = await signUp();
    await refused(gateway.post('signup', { email, password, userType: 0 }), 409, 'EMAIL_ALREADY_EXISTS');
    await assert.rejects(client.createUserWithEmailAndPassword(sdk, email, password), clientCode('auth/email-already-in-use'));
    const theirs = newEmail();
    await client.createUserWithEmailAndPassword(sdk, theirs, password);
    await refused(gateway.post('signup', { email: theirs, password, userType: 0 }), 409, 'EMAIL_ALREADY_EXISTS');
  });

  test('a sign-up that the gateway refuses leaves no account', async () => {
    const email = newEmail();
    await refused(gateway.post('signup', { email, password: 'short', userType: 0 }), 422, 'INVALID_PASSWORD');
    const taken = await signUp(newEmail(), { phoneNumber: '+14155550100' });
    assert.equal(taken.user.phoneNumber, '+14155550100');
    await refused(gateway.post('signup', { email, password, userType: 0, phoneNumber: '+14155550100' }), 409, 'PHONE_ALREADY_EXISTS');
    await assert.rejects(auth.getUserByEmail(email), clientCode('auth/user-not-found'));
  });

  test('what the Admin SDK changes is what the gateway tells', async () => {
    const { uid, email } = await signUp();
    await auth.updateUser(uid, { emailVerified: true });
    await auth.setCustomUserClaims(uid, { team: 'blue' });
    const login = await signIn(email);
    assert.equal(login.data.user.emailVerified, true);
    const described = await gateway.post('verify-token', { idToken: login.data.idToken });
    assert.equal(described.data.provider, 'firebase');
    assert.equal(described.data.subject, uid);
    assert.equal(described.data.claims.team, 'blue');
  });
});

for (const on of [false, true]) {
  describe(`email-enumeration protection ${on ? 'on' : 'off'}`, () => {
    before(() => protectEmails(on));
    after(() => protectEmails(false));

    test('a wrong password and an unknown email get one answer', async () => {
      const { email } = await signUp();
      await assert.rejects(clientSignIn(email, 'Wr0ng#Wrong'), clientCode(on ? 'auth/invalid-credential' : 'auth/wrong-password'));
      const wrong = await refused(signIn(email, 'Wr0ng#Wrong'), 401, 'INVALID_CREDENTIALS');
      const unknown = await refused(signIn(newEmail()), 401, 'INVALID_CREDENTIALS');
      assert.deepEqual({ ...wrong.json, requestId: '' }, { ...unknown.json, requestId: '' });
    });

    test('a forgotten password: the mailed code sets a new one, once, and nobody learns who has an account', async () => {
      const { email, user, idToken } = await signUp();
      const asked = await gateway.post('forgot-password', { email });
      const nobody = newEmail();
      const vain = await gateway.post('forgot-password', { email: nobody });
      assert.deepEqual([asked.status, vain.status], [200, 200]);
      assert.deepEqual({ ...asked.json, requestId: '' }, { ...vain.json, requestId: '' });
      const oobCode = await codeFor(email, 'PASSWORD_RESET');
      assert.deepEqual(await codesFor(nobody, 'PASSWORD_RESET'), []);

      await refused(gateway.post('verify-email', { oobCode: `${oobCode}x` }), 400, 'INVALID_OOB_CODE');
      await refused(gateway.post('reset-password', { oobCode, newPassword: 'short' }), 422, 'INVALID_PASSWORD');
      const newPassword = 'An0ther#Secret';
      assert.equal((await gateway.post('reset-password', { oobCode, newPassword })).status, 200);
      await refused(gateway.post('reset-password', { oobCode, newPassword }), 400, 'INVALID_OOB_CODE');
      await refused(signIn(email), 401, 'INVALID_CREDENTIALS');
      assert.equal((await clientSignIn(email, newPassword)).user.uid, user.firebaseUid);
      const login = await signIn(email, newPassword);
      assert.equal(login.data.user.id, user.id);
      assert.ok(idToken !== login.data.idToken);
    });

    test('a code of the client SDK is as good', async () => {
      const { email } = await signUp();
      await client.sendPasswordResetEmail(sdk, email);
      const oobCode = await codeFor(email, 'PASSWORD_RESET');
      assert.equal((await gateway.post('reset-password', { oobCode, newPassword: 'An0ther#Secret' })).status, 200);
      assert.equal((await signIn(email, 'An0ther#Secret')).status, 200);
    });
  });
}

test('a sign-up mails a verification, which verifies, once; another can be asked for', async () => {
  const { email, uid, user, idToken } = await signUp();
  assert.equal(user.emailVerified, false);
  const first = await codeFor(email, 'VERIFY_EMAIL');
  assert.equal((await gateway.post('resend-verification', { email })).status, 200);
  const second = await until('another mail', async () => (await codesFor(email, 'VERIFY_EMAIL')).find((code) => code.oobCode !== first)?.oobCode);
  const unknown = newEmail();
  assert.equal((await gateway.post('resend-verification', { email: unknown })).status, 200);

  await refused(gateway.post('reset-password', { oobCode: second, newPassword: password }), 400, 'INVALID_OOB_CODE');
  assert.equal((await gateway.post('verify-email', { oobCode: second })).status, 200);
  assert.equal((await gateway.me(idToken)).data.emailVerified, true);
  assert.equal((await auth.getUser(uid)).emailVerified, true);
  await refused(gateway.post('verify-email', { oobCode: second }), 400, 'INVALID_OOB_CODE');
  assert.deepEqual(await codesFor(unknown, 'VERIFY_EMAIL'), []);
});

describe('tokens', () => {
  test('refresh tokens of both sides are taken, and what comes back opens me', async () => {
    const { email, uid, refreshToken } = await signUp();
    const { user } = await clientSignIn(email);
    for (const token of [refreshToken, user.refreshToken]) {
      const fresh = await gateway.post('refresh', { refreshToken: token });
      assert.equal(fresh.status, 200, JSON.stringify(fresh.json));
      assert.equal((await gateway.me(fresh.data.idToken)).data.firebaseUid, uid);
      assert.equal((await auth.verifyIdToken(fresh.data.idToken)).uid, uid);
      assert.equal((await gateway.post('refresh', { refreshToken: fresh.data.refreshToken })).status, 200);
    }
    for (const nonsense of ['nonsense', 'a'.repeat(43), Buffer.from('{}').toString('base64')]) {
      await refused(gateway.post('refresh', { refreshToken: nonsense }), 401, 'INVALID_FIREBASE_TOKEN');
    }
  });

  test('session cookies of the Admin SDK open me', async () => {
    const { uid, idToken } = await signUp();
    const cookie = await auth.createSessionCookie(idToken, { expiresIn: 600_000 });
    const me = await gateway.me(cookie);
    assert.equal(me.status, 200, JSON.stringify(me.json));
    assert.equal(me.data.firebaseUid, uid);
  });

  test('custom tokens are for signing in, and no bearer tokens', async () => {
    const { uid } = await signUp();
    const custom = await auth.createCustomToken(uid);
    await refused(gateway.me(custom), 401, 'INVALID_FIREBASE_TOKEN');
    const { user } = await client.signInWithCustomToken(sdk, custom);
    assert.equal((await gateway.me(await user.getIdToken())).data.firebaseUid, uid);
  });

  test('forward-auth knows the client by its token', async () => {
    const { email, uid, user, idToken } = await signUp();
    const answer = await gateway.call('GET', '/api/v1/auth/verify', { token: idToken });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('X-Auth-User-Id'), user.id);
    assert.equal(answer.headers.get('X-Auth-Subject'), uid);
    assert.equal(answer.headers.get('X-Auth-Provider'), 'firebase');
    assert.equal(answer.headers.get('X-Auth-Email'), email);
  });

  test('tokens that the emulator did not make, of nobody, of others or too old, are refused', async () => {
    const { idToken } = await signUp();
    const claims = claimsOf(idToken);
    assert.equal((await gateway.me(unsigned(claims))).status, 200); // as the emulator makes them: the rest is about what differs
    const bad = {
      'of nobody': unsigned({ ...claims, sub: 'nobody', user_id: 'nobody' }),
      'of another project': unsigned({ ...claims, aud: 'demo-other' }),
      'of another issuer': unsigned({ ...claims, iss: 'https://securetoken.google.com/demo-other' }),
      expired: unsigned({ ...claims, iat: claims.iat - 8000, auth_time: claims.iat - 8000, exp: claims.iat - 4000 }),
      'from the future': unsigned({ ...claims, iat: claims.iat + 4000, exp: claims.exp + 4000 }),
      'without an end': unsigned({ ...claims, exp: undefined }),
      'with a signature': `${unsigned(claims)}AAAA`,
      'of another algorithm': unsigned(claims, { alg: 'NONE', typ: 'JWT' }),
      'of a signed algorithm': unsigned(claims, { alg: 'RS256', kid: 'some', typ: 'JWT' }),
    };
    for (const [what, token] of Object.entries(bad)) {
      const answer = await gateway.me(token);
      assert.deepEqual([answer.status, answer.code], [401, 'INVALID_FIREBASE_TOKEN'], what);
    }
  });
});

describe('social sign-in', () => {
  test("with the client SDK's token", async () => {
    const email = newEmail();
    const { user } = await client.createUserWithEmailAndPassword(sdk, email, password);
    const idToken = await user.getIdToken();
    const answer = await gateway.post('social', { idToken, userType: 1, fullName: 'A Vendor' });
    assert.equal(answer.status, 200, JSON.stringify(answer.json));
    assert.equal(answer.data.user.firebaseUid, user.uid);
    assert.equal(answer.data.user.userType, 'Vendor');
    assert.equal((await gateway.me(answer.data.idToken)).data.id, answer.data.user.id);
  });

  test("with another service's token, exchanged by Google", async () => {
    const email = newEmail();
    const token = unsigned({ iss: 'https://accounts.google.com', sub: 'google-1', email, email_verified: true, name: 'A Googler' });
    const answer = await gateway.post('social', { idToken: token, provider: 'google.com', userType: 0 });
    assert.equal(answer.status, 200, JSON.stringify(answer.json));
    const known = await auth.getUserByProviderUid('google.com', 'google-1');
    assert.equal(answer.data.user.firebaseUid, known.uid);
    assert.equal(answer.data.user.emailVerified, true);
    const { user } = await client.signInWithCredential(sdk, client.GoogleAuthProvider.credential(token));
    assert.equal(user.uid, known.uid);
    // Whose it is has to be said: nobody here issued it.
    await refused(gateway.post('social', { idToken: token, userType: 0 }), 401, 'INVALID_TOKEN');
  });
});

describe('what is taken away', () => {
  test('a changed password', async () => {
    const { email, idToken } = await signUp();
    const newPassword = 'An0ther#Secret';
    await refused(gateway.post('change-password', { currentPassword: 'Wr0ng#Wrong', newPassword }, idToken), 401, 'INVALID_CREDENTIALS');
    const changed = await gateway.post('change-password', { currentPassword: password, newPassword }, idToken);
    assert.equal(changed.status, 200, JSON.stringify(changed.json));
    assert.equal((await gateway.me(changed.data.idToken)).data.email, email);
    assert.equal((await gateway.post('refresh', { refreshToken: changed.data.refreshToken })).status, 200);
    await assert.rejects(clientSignIn(email), clientCode('auth/wrong-password'));
    await clientSignIn(email, newPassword);
  });

  // Google counts in seconds: a token of the second in which sessions were ended outlives that, so it is asked again.
  test('sessions that the Admin SDK revokes', async () => {
    const { uid, idToken } = await signUp();
    const answer = await until('a revocation that is later than the token', async () => {
      await auth.revokeRefreshTokens(uid);
      const me = await gateway.me(idToken);
      return me.status !== 200 && me;
    });
    await refused(answer, 401, 'INVALID_FIREBASE_TOKEN');
    await assert.rejects(auth.verifyIdToken(idToken, true), clientCode('auth/id-token-revoked'));
  });

  test('sessions that a logout ends, at Google too', async () => {
    const { uid, email } = await signUp();
    const { user } = await clientSignIn(email);
    const token = await user.getIdToken();
    await until('a logout that is later than the token', async () => {
      const { idToken } = (await signIn(email)).data;
      assert.equal((await gateway.post('logout', {}, idToken)).status, 200);
      return (await gateway.me(token)).status === 401;
    });
    await assert.rejects(auth.verifyIdToken(token, true), clientCode('auth/id-token-revoked'));
    assert.ok(Date.parse((await auth.getUser(uid)).tokensValidAfterTime) / 1000 > claimsOf(token).auth_time);
  });

  test('an account that the Admin SDK disables, and enables again', async () => {
    const { uid, email, idToken, refreshToken } = await signUp();
    await auth.updateUser(uid, { disabled: true });
    await assert.rejects(clientSignIn(email), clientCode('auth/user-disabled'));
    await refused(signIn(email), 403, 'USER_DISABLED');
    await refused(gateway.me(idToken), 403, 'USER_DISABLED');
    await refused(gateway.post('refresh', { refreshToken }), 403, 'USER_DISABLED');
    await refused(gateway.post('social', { idToken, userType: 0 }), 403, 'USER_DISABLED');
    assert.equal((await gateway.call('GET', '/api/v1/auth/verify', { token: idToken })).status, 403);
    await auth.updateUser(uid, { disabled: false });
    assert.equal((await signIn(email)).status, 200);
    assert.equal((await gateway.me(idToken)).status, 200);
  });

  test('an account that the Admin SDK deletes', async () => {
    const { uid, email, idToken, refreshToken } = await signUp();
    await codeFor(email, 'VERIFY_EMAIL'); // mailed behind the sign-up's back, by signing in as the account
    await auth.deleteUser(uid);
    await refused(signIn(email), 401, 'INVALID_CREDENTIALS');
    await refused(gateway.me(idToken), 401, 'INVALID_FIREBASE_TOKEN');
    await refused(gateway.post('refresh', { refreshToken }), 401, 'INVALID_FIREBASE_TOKEN');
  });

  test('a user that an administrator deletes, whose account goes with it', { skip: !process.env.GATEWAY_TEST_POSTGRES && 'memory has no administrator' }, async () => {
    const boss = newEmail();
    const made = await gateway.run(['users', 'create', '--email', boss, '--type', 'Admin', '--password-stdin'], { input: `${password}\n` });
    assert.equal(made.status, 0, made.output);
    const login = await signIn(boss);
    assert.equal(login.data.user.userType, 'Admin');
    assert.equal((await clientSignIn(boss)).user.uid, login.data.user.firebaseUid);
    const { uid, user, idToken } = await signUp();
    const gone = await gateway.call('DELETE', `/api/v1/users/${user.id}`, { token: login.data.idToken });
    assert.equal(gone.status, 200, JSON.stringify(gone.json));
    await assert.rejects(auth.getUser(uid), clientCode('auth/user-not-found'));
    await refused(gateway.me(idToken), 401, 'INVALID_FIREBASE_TOKEN');
  });
});

test('in Production the emulator is refused', async () => {
  const { status, output } = await gateway.run(['serve'], { environment: 'Production' });
  assert.equal(status, 1);
  assert.match(output, /Emulator/);
  assert.match(output, /Production/);
});

test('without the emulator: 503 with Retry-After; without the gateway: nothing secret in its log', async () => {
  const { email, idToken, refreshToken } = await signUp();
  assert.equal(await emulator.stop(), 0);
  const answer = await refused(signIn(email), 503, 'FIREBASE_AUTH_FAILED');
  assert.ok(Number(answer.headers.get('Retry-After')) > 0);
  await refused(gateway.me(idToken), 503, 'FIREBASE_AUTH_FAILED');
  const log = gateway.log();
  const ended = gateway;
  gateway = emulator = undefined;
  assert.equal(await ended.stop(), 0);
  assert.match(log, /Firebase runs against the Auth emulator/);
  for (const secret of [password, 'Test@123456', 'An0ther#Secret', idToken, refreshToken]) assert.ok(!log.includes(secret));
});
