// The emulator and the gateway as processes of their own: started on free loopback ports, ended by their ids.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, openSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import process from 'node:process';

const kStartTimeoutMs = 120_000; // with sanitizers, on a machine that is busy with other tests

// Tries `condition` until it gives something, with a deadline.
export async function until(what, condition, timeoutMs = 20_000) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

// The first of the child's lines that `find` makes something of.
function firstLine(child, what, find) {
  return new Promise((resolve, reject) => {
    const giveUp = (why) => {
      clearTimeout(timer);
      reject(new Error(`${what} ${why}`));
    };
    const timer = setTimeout(giveUp, kStartTimeoutMs, 'does not start');
    child.once('error', (error) => giveUp(`cannot be started: ${error.message}`));
    child.once('exit', (status) => giveUp(`ended with ${status} at its start`));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = find(line);
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
  });
}

export async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const [status] = await once(child, 'exit');
  return status;
}

export async function startEmulator() {
  const script = new URL('emulator.mjs', import.meta.url).pathname;
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const port = await firstLine(child, 'the emulator', (line) => JSON.parse(line).port);
  return {
    host: `127.0.0.1:${port}`,
    stop() {
      child.stdin.end();
      return ended(child);
    },
  };
}

// `settings` beside what every test wants. GATEWAY_TEST_POSTGRES in the environment: over that database.
export class Gateway {
  #folder = mkdtempSync(join(tmpdir(), 'gateway-firebase-'));
  #log = join(this.#folder, 'log');
  #child;

  constructor(program, plugins, settings) {
    this.program = program;
    const connection = process.env.GATEWAY_TEST_POSTGRES;
    this.settings = {
      Urls: 'http://127.0.0.1:0',
      ...(connection ? { ConnectionStrings: { IdentityServiceDb: connection } } : {}),
      Plugins: {
        Directory: plugins,
        Providers: ['firebase'],
        Storage: connection ? 'postgres' : 'memory',
        Policies: ['allowed-hosts', 'security-headers'],
      },
      ...settings,
    };
  }

  spawn(command, environment, options) {
    writeFileSync(join(this.#folder, 'appsettings.json'), JSON.stringify(this.settings), { mode: 0o600 });
    return spawn(this.program, [...command, '--config', this.#folder, '--environment', environment], options);
  }

  async start() {
    const errors = openSync(this.#log, 'a');
    this.#child = this.spawn(['serve'], 'Development', { stdio: ['ignore', 'pipe', errors] });
    closeSync(errors);
    this.lines = [];
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.lines.push(line));
    const port = await firstLine(this.#child, 'the gateway', (line) => {
      const { message, port } = JSON.parse(line);
      return message === 'listening' ? port : undefined;
    }).catch((error) => {
      throw new Error(`${error.message}\n${this.log()}`);
    });
    this.url = `http://127.0.0.1:${port}`;
  }

  // What a command of the program does: {status, output}.
  async run(command, { environment = 'Development', input = '' } = {}) {
    const child = this.spawn(command, environment, { stdio: 'pipe' });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.stdin.on('error', () => {}); // it may end without reading
    child.stdin.end(input);
    const [status] = await once(child, 'close');
    return { status, output };
  }

  log() {
    return this.lines.join('\n') + readFileSync(this.#log, 'utf8');
  }

  async stop() {
    this.#child?.kill('SIGTERM');
    const status = this.#child && (await ended(this.#child));
    rmSync(this.#folder, { recursive: true });
    return status;
  }

  async call(method, path, { body, token, headers = {} } = {}) {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    const json = text === '' ? {} : JSON.parse(text);
    return { status: answer.status, headers: answer.headers, json, data: json.data, code: json.error?.code };
  }

  post(path, body, token) {
    return this.call('POST', `/api/v1/auth/${path}`, { body, token });
  }
  me(token) {
    return this.call('GET', '/api/v1/auth/me', { token });
  }
}
