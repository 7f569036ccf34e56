// The console: shows one cluster, live, by what any of its schedulers says. When the one it asks is gone it asks the next.
const API = '/api/v1/scheduler/';
const PROTOCOL = '1';
const LANE_MILLIS = 60_000;
const POLL_MILLIS = 2_000;
const TRENDS_MILLIS = 30_000;
const ENDED_MAX = 1_000;
const JOB_ROWS_MAX = 200;
const MINUTE_SECONDS = 60;
const HOUR_MILLIS = 3_600_000;
const HAPPENED_MAX = 30;
const MANY_ROWS = 30;
const SILENT_MILLIS = 90_000;
const SLOW = {
  hit: () => 'hit', cluster: worker => `kept by ${worker}`, remote: worker => `on ${worker}`, here: () => 'at home',
  not_cacheable: () => 'not cacheable, at home', passed_through: () => 'left alone',
};
const TRY_AGAIN_MILLIS = 1_000;

const ALLOWED = document.querySelector('meta[name=origins]').content.split(' ').filter(origin => origin !== '');

// Where this page came from is first: it may be known there by a name that no scheduler says.
const BASES = [...new Set([location.origin, ...ALLOWED])];

const $ = id => document.getElementById(id);
const state = {
  token: sessionStorage.getItem('token') ?? '',
  base: location.origin,
  isOperator: false,
  status: null,
  workers: [],
  toolchains: [],
  builds: [],            // {build, heard_millis}, the latest first
  ended: [],             // the latest first
  bars: new Map(),       // worker -> Map of job -> {client, begin, end, slot}
  run: 0,                // grows when somebody signs out; what is under way then is of no use
};

// ---- asking

class Refused extends Error {}

async function ask(path, options = {}) {
  const answer = await fetch(state.base + path, {
    ...options, headers: {authorization: `Bearer ${state.token}`, 'cachepot-protocol': PROTOCOL}, cache: 'no-store',
    signal: options.signal ?? AbortSignal.timeout(5_000),
  });
  if (answer.status === 401) throw new Refused((await answer.json()).description);
  if (!answer.ok) throw new Error(`${answer.status} ${(await answer.text()).slice(0, 200)}`);
  return answer;
}

const get = async route => (await ask(API + route)).json();
const pause = millis => new Promise(resolve => setTimeout(resolve, millis));

function follow() {
  state.base = BASES[(BASES.indexOf(state.base) + 1) % BASES.length];
  $('link').textContent = `asking ${state.base} …`;
}

// Runs until somebody signs out; what fails is tried at the next scheduler.
async function forever(what, millis) {
  const run = state.run;
  while (run === state.run) {
    const base = state.base;
    try {
      await what();
    } catch (e) {
      if (run !== state.run) return;
      if (e instanceof Refused) return signOut(e.message);
      if (base === state.base) follow();
      await pause(TRY_AGAIN_MILLIS);
      continue;
    }
    await pause(millis);
  }
}

// ---- what comes in

async function poll() {
  const base = state.base;
  const [status, workers, builds] = await Promise.all([get('status'), get('workers'), get('builds')]);
  state.status = status;
  state.builds = builds;
  state.workers = workers;
  const known = status.schedulers.map(url => new URL(url).origin);
  // The policy of this page lets it ask no scheduler that came later; one that is loaded anew may.
  if (base === location.origin && known.some(origin => origin !== base && !ALLOWED.includes(origin))) return location.reload();
  $('link').textContent = `live from ${base}`;
  const now = Date.now();
  for (const worker of workers) {
    const running = new Set();
    for (const job of worker.jobs) {
      running.add(job.job);
      begin(worker.id, job.job, job.client, now);
    }
    // A grant of this moment may not be in the answer yet.
    for (const [job, bar] of bars(worker.id)) {
      if (bar.end === null && !running.has(job) && now - bar.begin > 2 * POLL_MILLIS) bar.end = now;
    }
  }
  draw();
}

async function slowly() {
  const [trends, toolchains, grid] = await Promise.all([get('trends'), get('toolchains'), get('grid')]);
  state.toolchains = toolchains;
  drawTrends(trends);
  drawToolchains();
  drawMaps(grid);
  drawHappened(grid.happened);
}

async function watch() {
  const jobs = await get('jobs');
  state.ended = jobs.filter(job => job.ended_at_millis > 0);
  const answer = await ask(API + 'events', {signal: new AbortController().signal});
  const run = state.run;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const {value, done} = await reader.read();
    if (run !== state.run) return reader.cancel();
    if (done) throw new Error('the stream of events ended');
    text += value;
    const messages = text.split(/\r?\n\r?\n/);
    text = messages.pop();
    for (const message of messages) {
      const data = message.split(/\r?\n/).filter(line => line.startsWith('data:')).map(line => line.slice(5).trimStart());
      if (data.length > 0) happened(JSON.parse(data.join('\n')));
    }
  }
}

function happened({type, facts, at_millis}) {
  if (type === 'job_granted') {
    begin(facts.worker, facts.job, facts.client, Date.now());
  } else if (type === 'job_ended') {
    begin(facts.worker, facts.job, facts.client, Date.now() - Number(facts.wall_millis));
    const bar = bars(facts.worker).get(facts.job);
    bar.end = Date.now();
    state.ended.unshift({
      job: facts.job, worker: facts.worker, client: facts.client, state: 'COMPLETE', wall_millis: Number(facts.wall_millis),
      forecast_millis: 0, ended_at_millis: at_millis, end: {exit_code: Number(facts.exit_code)},
    });
    state.ended.length = Math.min(state.ended.length, ENDED_MAX);
  }
}

function bars(worker) {
  if (!state.bars.has(worker)) state.bars.set(worker, new Map());
  return state.bars.get(worker);
}

function begin(worker, job, client, at) {
  const all = bars(worker);
  if (all.has(job)) return;
  const taken = new Set([...all.values()].filter(bar => bar.end === null || bar.end > at).map(bar => bar.slot));
  let slot = 0;
  while (taken.has(slot)) slot++;
  all.set(job, {client, begin: at, end: null, slot});
}

// ---- words

function time(millis) {
  if (millis < 0) return '–';
  if (millis < 1_000) return `${Math.round(millis)} ms`;
  if (millis < 60_000) return `${(millis / 1_000).toFixed(1)} s`;
  if (millis < 3_600_000) return `${Math.floor(millis / 60_000)} min ${Math.round(millis % 60_000 / 1_000)} s`;
  return `${(millis / 3_600_000).toFixed(1)} h`;
}

function bytes(count) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (count >= 1_024 && unit < units.length - 1) { count /= 1_024; unit++; }
  return unit === 0 && count === 0 ? '–' : `${count.toFixed(unit > 2 ? 1 : 0)} ${units[unit]}`;
}

const words = name => name.toLowerCase().replaceAll('_', ' ');

// ---- drawing

// Rows are kept and changed in place, so that focus, selection and scrolling stay.
function rows(body, items, key, make, fill, none) {
  const wanted = new Set(items.map(key));
  const kept = new Map();
  // Those that go, go first: else each that stays would be moved before them.
  for (const row of [...body.children]) {
    if (wanted.has(row.dataset.key)) kept.set(row.dataset.key, row);
    else row.remove();
  }
  let at = body.firstElementChild;
  for (const item of items) {
    const id = key(item);
    let row = kept.get(id);
    if (row === undefined) {
      row = document.createElement('tr');
      row.dataset.key = id;
      make(row, item);
    }
    fill(row, item);
    if (row === at) at = at.nextElementSibling;
    else body.insertBefore(row, at);
  }
  if (items.length === 0) {
    const row = body.insertRow();
    row.dataset.key = '';
    const cell = row.insertCell();
    cell.colSpan = 99;
    cell.className = 'empty';
    cell.textContent = none;
  }
}

function cells(row, ...classes) {
  for (const name of classes) row.insertCell().className = name;
}

function put(cell, text, className) {
  if (cell.textContent !== text) cell.textContent = text;
  if (className !== undefined && cell.className !== className) cell.className = className;
}

const matches = (text, ...values) => values.some(value => value.toLowerCase().includes(text));
const visible = new WeakMap();
const observer = new IntersectionObserver(entries => entries.forEach(entry => visible.set(entry.target, entry.isIntersecting)), {rootMargin: '100px'});

function draw() {
  const {status} = state;
  if (status === null) return;
  document.title = `${status.grid.name} – cachepot`;
  put($('cluster'), status.grid.name);
  put($('health'), words(status.grid.state), `badge ${GRID_CLASS[status.grid.state] ?? 'warn'}`);
  $('warnings').hidden = status.warnings.length === 0;
  $('warnings').replaceChildren(...status.warnings.map(text => Object.assign(document.createElement('li'), {textContent: text})));
  const now = Date.now();
  const draining = state.workers.filter(worker => worker.state === 'DRAINING').length;
  const gone = state.workers.filter(worker => worker.state === 'GONE').length;
  put($('n-workers'), `${status.num_workers}${draining ? `, ${draining} draining` : ''}${gone ? `, ${gone} gone` : ''}`);
  put($('n-running'), String(state.workers.reduce((sum, worker) => sum + worker.jobs.length, 0)));
  put($('n-permits'), String(status.num_cpus));
  put($('n-waiting'), status.waiting === 0 ? '0' : `${status.waiting}, ${time(status.oldest_wait_millis)}`);
  const minute = state.ended.filter(job => now - job.ended_at_millis < 60_000);
  put($('n-ended'), minute.length < ENDED_MAX ? String(minute.length) : `${ENDED_MAX}+`);
  const times = minute.map(job => job.wall_millis).sort((a, b) => a - b);
  put($('n-median'), times.length === 0 ? '–' : time(times[times.length >> 1]));
  drawWorkers();
  drawBuilds();
  drawJobs(now);
  drawCache();
  drawGrid();
}

// Tables as long as a screen that are not on it are drawn when they come there.
const seen = new Map();
const sections = new IntersectionObserver(entries => {
  for (const {target, isIntersecting} of entries) seen.set(target.id, isIntersecting);
  if (entries.some(entry => entry.isIntersecting)) draw();
}, {rootMargin: '300px'});
for (const id of ['workers', 'builds', 'jobs']) sections.observe($(id));
const isLate = id => seen.get(id) === false && $(id).querySelector('tbody').childElementCount > MANY_ROWS;

function drawWorkers() {
  if (isLate('workers')) return;
  const text = $('find-worker').value.trim().toLowerCase();
  const shown = state.workers.filter(worker => matches(text, worker.id, worker.state));
  rows($('worker-rows'), shown, worker => worker.id, makeWorker, fillWorker, text === '' ? 'No worker has come yet.' : 'No worker is called so.');
}

function makeWorker(row, worker) {
  cells(row, '', '', 'n', 'lane', 'n wide', 'n wide', 'n wide', 'n wide', 'n wide', 'operator');
  row.cells[0].textContent = worker.id;
  const canvas = document.createElement('canvas');
  canvas.className = 'lane';
  canvas.setAttribute('role', 'img');
  row.cells[3].append(canvas);
  observer.observe(canvas);
  const button = document.createElement('button');
  button.addEventListener('click', () => drain(worker.id, button));
  row.cells[9].append(button);
}

const GRID_CLASS = {safe: 'good', unreachable: 'bad'};
const STATE_CLASS = {UP: 'good', DRAINING: 'warn', GONE: 'bad'};

function fillWorker(row, worker) {
  const isDraining = worker.state === 'DRAINING';
  put(row.cells[1], words(worker.state), STATE_CLASS[worker.state] ?? '');
  put(row.cells[2], `${worker.jobs.length}/${worker.jobs_max}`);
  row.cells[3].firstChild.setAttribute('aria-label', `${worker.jobs.length} of ${worker.jobs_max} permits are taken`);
  row.cells[3].firstChild.dataset.slots = worker.jobs_max;
  put(row.cells[4], (1 / worker.slowness).toFixed(2));
  put(row.cells[5], worker.load < 0 ? '–' : worker.load.toFixed(1), worker.load > 2 * worker.cpus ? 'n wide warn' : 'n wide');
  put(row.cells[6], bytes(worker.memory_bytes));
  put(row.cells[7], time(worker.heard_millis));
  put(row.cells[8], String(worker.toolchains.length));
  const button = row.cells[9].firstChild;
  put(button, isDraining ? 'Undrain' : 'Drain');
  button.setAttribute('aria-label', `${isDraining ? 'Undrain' : 'Drain'} ${worker.id}`);
}

async function drain(worker, button) {
  const verb = button.textContent.toLowerCase();
  button.disabled = true;
  try {
    await ask(`${API}${verb}/${encodeURIComponent(worker)}`, {method: 'POST'});
    $('said').textContent = verb === 'drain' ? `${worker} gets no more jobs; those that run end.` : `${worker} gets jobs again.`;
    await poll();
  } catch (e) {
    $('said').textContent = `${worker} was not changed: ${e.message}`;
  } finally {
    button.disabled = false;
  }
}

const INK = new Map();
function ink(name) {
  if (!INK.has(name)) INK.set(name, getComputedStyle(document.documentElement).getPropertyValue(name).trim());
  return INK.get(name);
}

// Of one client always the same.
function hue(client) {
  let hash = 7;
  for (const char of client) hash = (hash * 31 + char.codePointAt(0)) % 3_600;
  return hash % 360;
}

function drawLanes() {
  const now = Date.now();
  for (const row of $('worker-rows').children) {
    const canvas = row.cells[3]?.firstChild;
    const all = state.bars.get(row.dataset.key);
    if (!canvas || !all) continue;
    for (const [job, bar] of all) if (bar.end !== null && now - bar.end > LANE_MILLIS) all.delete(job);
    if (visible.get(canvas)) drawLane(canvas, all, now);
  }
}

function drawLane(canvas, all, now) {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height});
  const slots = Math.max(1, Number(canvas.dataset.slots));
  const line = height / slots;
  const context = canvas.getContext('2d');
  context.clearRect(0, 0, width, height);
  context.fillStyle = ink('--line');
  context.globalAlpha = 0.35;
  context.fillRect(0, 0, width, height);
  context.globalAlpha = 1;
  const x = at => width - (now - at) / LANE_MILLIS * width;
  for (const bar of all.values()) {
    const left = Math.max(0, x(bar.begin));
    const right = bar.end === null ? width : x(bar.end);
    context.fillStyle = `hsl(${hue(bar.client)} 55% ${bar.end === null ? 45 : 58}%)`;
    context.fillRect(left, bar.slot % slots * line, Math.max(ratio, right - left - ratio / 2), Math.max(1, line - (line > 3 ? ratio : 0)));
  }
}

function drawJobs(now) {
  const text = $('find-job').value.trim().toLowerCase();
  const live = state.workers.flatMap(worker => worker.jobs);
  const known = new Set(live.map(job => job.job));
  const all = [...live, ...state.ended.filter(job => !known.has(job.job))];
  const found = text === '' ? all : all.filter(job => matches(text, job.job, job.worker, job.client, words(job.state)));
  const shown = found.slice(0, JOB_ROWS_MAX);
  put($('jobs-shown'), shown.length < found.length ? `${shown.length} of ${found.length}, those under way first` : `${found.length}`);
  drawClients(live);
  if (isLate('jobs')) return;
  rows($('job-rows'), shown, job => job.job, makeJob, (row, job) => fillJob(row, job, now), text === '' ? 'No job yet.' : 'No job is like that.');
}

function makeJob(row, job) {
  cells(row, '', '', '', 'wide', 'n', 'n wide', 'n wide');
  const button = document.createElement('button');
  button.className = 'id';
  button.textContent = job.job.slice(0, 12);
  button.addEventListener('click', () => showJob(row.job));
  row.cells[0].append(button);
}

function fillJob(row, job, now) {
  row.job = job;
  const begun = state.bars.get(job.worker)?.get(job.job)?.begin;
  put(row.cells[1], words(job.state), job.ended_at_millis > 0 ? 'quiet' : 'good');
  put(row.cells[2], job.worker);
  put(row.cells[3], job.client || '–');
  put(row.cells[4], job.ended_at_millis > 0 ? time(job.wall_millis) : begun === undefined ? '–' : time(now - begun));
  put(row.cells[5], job.forecast_millis > 0 ? time(job.forecast_millis) : '–');
  put(row.cells[6], exit(job), job.ended_at_millis > 0 && job.end.exit_code !== 0 ? 'n wide bad' : 'n wide');
}

function exit(job) {
  if (job.ended_at_millis === 0) return '–';
  return job.end.exit_code < 0 ? 'none' : String(job.end.exit_code);
}

async function showJob(shown) {
  let job = shown;
  let told = 'The scheduler that was asked does not know it any more.';
  try {
    job = await get(`job/${shown.job}`);
    told = '';
  } catch (e) {
    if (e instanceof Refused) return signOut(e.message);
  }
  const hasEnded = job.ended_at_millis > 0;
  const facts = {
    Job: job.job, State: words(job.state), Worker: job.worker, Client: job.client || 'not known',
    Expected: job.forecast_millis > 0 ? time(job.forecast_millis) : 'not known',
    Took: hasEnded ? time(job.wall_millis) : 'it runs',
    Ended: hasEnded ? new Date(job.ended_at_millis).toLocaleTimeString() : 'not yet',
  };
  if (hasEnded) facts.Exit = exit(job);
  if (job.end.refusal) facts['Not run'] = job.end.refusal;
  if (job.end.exit_code >= 0 && told === '') facts.Phases = phases(job.end);
  if (told !== '') facts.More = told;
  putFacts($('job-facts'), facts);
  const said = job.end.stderr ?? '';
  $('h-said').hidden = $('job-said').hidden = said === '';
  $('job-said').textContent = said;
  $('job').showModal();
}

const phases = end => ['receive', 'wait', 'sandbox', 'compiler'].map(phase => `${phase} ${millis(end[`${phase}_micros`] / 1_000)}`).join(', ');
const millis = count => count < 10 ? `${count.toFixed(1)} ms` : time(count);

function putFacts(list, facts) {
  list.replaceChildren(...Object.entries(facts).flatMap(([name, value]) => [
    Object.assign(document.createElement('dt'), {textContent: name}), Object.assign(document.createElement('dd'), {textContent: value}),
  ]));
}

// ---- builds

const TIERS = [
  ['t-hits', 'hits', 'hits in the local cache'], ['t-cluster', 'cluster_hits', 'hits in the cluster'], ['t-remote', 'remote', 'compiled on workers'],
  ['t-here', 'here', 'compiled at home'], ['t-other', 'not_cacheable', 'not cacheable, compiled at home'],
];
const compiles = counts => TIERS.reduce((sum, [, key]) => sum + counts[key], 0);
const hits = counts => counts.hits + counts.cluster_hits;
const percent = (part, whole) => whole === 0 ? '–' : `${(100 * part / whole).toFixed(part === whole ? 0 : 1)} %`;

function buildName(build) {
  const command = build.command || 'a build';
  return build.directory ? `${command} in ${build.directory}` : command;
}

function drawBuilds() {
  if (isLate('builds')) return;
  const text = $('find-build').value.trim().toLowerCase();
  const found = text === '' ? state.builds : state.builds.filter(({build}) => matches(text, build.client, build.command, build.directory));
  const live = found.filter(isUnderWay).length;
  put($('builds-shown'), `${live} under way, ${found.length} in all`);
  const sorted = [...found.filter(isUnderWay), ...found.filter(seen => !isUnderWay(seen))];
  rows($('build-rows'), sorted.slice(0, JOB_ROWS_MAX), ({build}) => build.build, makeBuild, fillBuild, text === '' ? 'No client has told of a build yet.' : 'No build is like that.');
}

// One whose client is gone will never say that it is over.
const isSilent = ({build, heard_millis}) => !build.is_over && heard_millis > SILENT_MILLIS;
const isUnderWay = seen => !seen.build.is_over && !isSilent(seen);

function makeBuild(row) {
  cells(row, '', '', 'share', 'n', 'n', 'n wide', 'n wide', 'n wide', 'n', 'wide');
  const button = document.createElement('button');
  button.className = 'id';
  button.addEventListener('click', () => showBuild(row.dataset.key));
  row.cells[0].append(button);
  const bar = document.createElement('div');
  bar.className = 'bar';
  bar.setAttribute('role', 'img');
  bar.append(...TIERS.map(([name]) => Object.assign(document.createElement('span'), {className: name})));
  row.cells[2].append(bar);
}

function fillBuild(row, seen) {
  const {build} = seen;
  const {counts} = build;
  const all = compiles(counts);
  put(row.cells[0].firstChild, buildName(build));
  put(row.cells[1], build.client || 'not known');
  const bar = row.cells[2].firstChild;
  bar.setAttribute('aria-label', TIERS.map(([, key, name]) => `${counts[key]} ${name}`).join(', '));
  TIERS.forEach(([, key], i) => { bar.children[i].style.width = `${all === 0 ? 0 : 100 * counts[key] / all}%`; });
  put(row.cells[3], String(all));
  put(row.cells[4], percent(hits(counts), all));
  put(row.cells[5], String(counts.remote));
  put(row.cells[6], String(counts.here + counts.not_cacheable));
  put(row.cells[7], String(counts.failed), counts.failed > 0 ? 'n wide bad' : 'n wide');
  put(row.cells[8], time(build.took_millis));
  put(row.cells[9], isSilent(seen) ? `silent for ${time(seen.heard_millis)}` : build.is_over ? 'over' : build.running === 0 ? 'goes on' : `${build.running} under way`,
    isUnderWay(seen) ? 'wide good' : 'wide quiet');
}

async function showBuild(id) {
  let seen;
  try {
    seen = await get(`build/${id}`);
  } catch (e) {
    if (e instanceof Refused) return signOut(e.message);
    $('said').textContent = `The build is not known any more: ${e.message}`;
    return;
  }
  const {build} = seen;
  const all = compiles(build.counts);
  const facts = {Build: buildName(build), Client: build.client || 'not known', Began: new Date(build.started_at_millis).toLocaleString(), Took: time(build.took_millis)};
  if (build.took_millis > 0) facts['At once'] = `${(build.compile_millis / build.took_millis).toFixed(1)} compiles on average`;
  for (const [, key, name] of TIERS) if (build.counts[key] > 0) facts[name[0].toUpperCase() + name.slice(1)] = `${build.counts[key]} (${percent(build.counts[key], all)})`;
  if (build.counts.passed_through > 0) facts['Left alone'] = `${build.counts.passed_through} commands that are no compiles`;
  if (build.counts.failed > 0) facts.Failed = String(build.counts.failed);
  putFacts($('build-facts'), facts);
  const reasons = list => list.map(({reason, count}) => [String(count), reason]);
  const where = slow => SLOW[slow.outcome]?.(slow.worker) ?? words(slow.outcome);
  $('build-lists').replaceChildren(
    ...table('Slowest', build.slowest.map(slow => [time(slow.millis), `${slow.source || 'a command'} (${where(slow)})`])),
    ...table('Not on a worker, because', reasons(build.local_reasons)),
    ...table('Misses, because', reasons(build.miss_reasons)),
    ...table('Not cached, because', reasons(build.refusals)),
  );
  $('build').showModal();
}

function table(title, lines) {
  if (lines.length === 0) return [];
  const heading = Object.assign(document.createElement('h3'), {textContent: title});
  const body = document.createElement('table');
  for (const [number, text] of lines) {
    const row = body.insertRow();
    cells(row, 'n', '');
    put(row.cells[0], number);
    put(row.cells[1], text);
  }
  return [heading, body];
}

// ---- caches

function drawCache() {
  const sum = key => state.builds.reduce((all, {build}) => all + build.counts[key], 0);
  const lines = TIERS.map(([, key, name]) => ({key, name, count: sum(key)}));
  const all = lines.reduce((total, line) => total + line.count, 0);
  rows($('tier-rows'), lines, line => line.key, row => cells(row, '', 'n', 'n'), (row, line) => {
    put(row.cells[0], line.name);
    put(row.cells[1], String(line.count));
    put(row.cells[2], percent(line.count, all));
  }, '');
  const kinds = new Map();
  for (const worker of state.workers.filter(worker => worker.state !== 'GONE')) {
    for (const cache of worker.caches) {
      const kind = kinds.get(cache.kind) ?? {kind: cache.kind, bytes: 0, bytes_max: 0, hits: 0, misses: 0, evicted: 0, fullest: '', part: -1};
      for (const key of ['bytes', 'bytes_max', 'hits', 'misses', 'evicted']) kind[key] += cache[key];
      const part = cache.bytes_max === 0 ? 0 : cache.bytes / cache.bytes_max;
      if (part > kind.part) Object.assign(kind, {part, fullest: worker.id});
      kinds.set(cache.kind, kind);
    }
  }
  rows($('cache-rows'), [...kinds.values()], kind => kind.kind, row => cells(row, '', 'n', 'n', 'n', 'n wide', 'n', 'wide'), (row, kind) => {
    put(row.cells[0], kind.kind);
    put(row.cells[1], bytes(kind.bytes));
    put(row.cells[2], bytes(kind.bytes_max));
    put(row.cells[3], percent(kind.hits, kind.hits + kind.misses));
    put(row.cells[4], String(kind.misses));
    put(row.cells[5], String(kind.evicted));
    put(row.cells[6], `${kind.fullest}, ${Math.round(100 * kind.part)} %`);
  }, 'No worker has come yet.');
}

function drawClients(live) {
  const clients = new Map();
  const of = name => {
    if (!clients.has(name)) clients.set(name, {name, running: 0, ended: 0, sum: 0, max: 0});
    return clients.get(name);
  };
  for (const job of live) of(job.client).running++;
  for (const job of state.ended) {
    const client = of(job.client);
    client.ended++;
    client.sum += job.wall_millis;
    client.max = Math.max(client.max, job.wall_millis);
  }
  const sorted = [...clients.values()].sort((a, b) => b.running - a.running || b.ended - a.ended || a.name.localeCompare(b.name));
  rows($('client-rows'), sorted.slice(0, JOB_ROWS_MAX), client => `c ${client.name}`, row => cells(row, '', 'n', 'n', 'n', 'n'), (row, client) => {
    put(row.cells[0], client.name || 'not known');
    put(row.cells[1], String(client.running));
    put(row.cells[2], String(client.ended));
    put(row.cells[3], client.ended > 0 ? time(client.sum / client.ended) : '–');
    put(row.cells[4], client.ended > 0 ? time(client.max) : '–');
  }, 'No client has compiled yet.');
}

function drawGrid() {
  const {grid, members} = state.status;
  put($('grid-said'), `${words(grid.state)} for ${time(grid.since_millis)}, term ${grid.term}`);
  rows($('member-rows'), members, member => `${member.role} ${member.address}`, row => cells(row, '', '', '', ''), (row, member) => {
    put(row.cells[0], member.address);
    put(row.cells[1], member.role);
    put(row.cells[2], member.worker || '–');
    put(row.cells[3], member.is_master ? 'leads' : '');
  }, 'No member.');
}

function drawMaps({partitions, partitions_owned, maps}) {
  put($('partitions'), `${partitions_owned} of ${partitions} partitions are its own`);
  rows($('map-rows'), maps, map => map.name, row => cells(row, '', 'n', 'n', 'n'), (row, map) => {
    put(row.cells[0], map.name);
    put(row.cells[1], String(map.entries));
    put(row.cells[2], String(map.backups));
    put(row.cells[3], bytes(map.bytes));
  }, 'The grid does not answer.');
}

function drawHappened(events) {
  rows($('event-rows'), events.toReversed().slice(0, HAPPENED_MAX), event => `${event.number} ${event.at_millis}`, row => cells(row, '', '', ''), (row, event) => {
    put(row.cells[0], new Date(event.at_millis).toLocaleTimeString());
    put(row.cells[1], `${words(event.type)}${event.facts.state ? `: ${words(event.facts.state)}` : ''}`);
    put(row.cells[2], event.facts.worker ?? event.facts.members ?? (event.facts.term ? `term ${event.facts.term}` : ''));
  }, 'Nothing since the scheduler began.');
}

function drawToolchains() {
  rows($('toolchain-rows'), state.toolchains, each => each.toolchain, row => cells(row, '', ''), (row, each) => {
    put(row.cells[0], each.toolchain.slice(0, 24));
    put(row.cells[1], each.workers.join(', '));
  }, 'No worker has a toolchain yet.');
}

// ---- charts

const charts = {};

function drawTrends({step_millis, points}) {
  const at = points.map(point => point.at_millis / 1_000);
  const column = name => points.map(point => point[name]);
  const minutes = step_millis / 60_000;
  chart('chart-load', [at, column('taken'), column('permits')], ['--c1', '--c2'], ['taken', 'all']);
  chart('chart-hits', [at, points.map(point => point.compiles / minutes), points.map(point => point.hits / minutes)], ['--c1', '--c3'], ['compiles a minute', 'hits']);
  const hour = points.filter(point => points.at(-1).at_millis - point.at_millis < HOUR_MILLIS);
  put($('n-hits'), percent(hour.reduce((sum, point) => sum + point.hits, 0), hour.reduce((sum, point) => sum + point.compiles, 0)));
  chart('chart-rate', [at, points.map(point => point.ended / minutes), column('waiting')], ['--c1', '--c3'], ['jobs a minute', 'in line']);
}

const clock = seconds => new Date(seconds * 1_000).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false});

// Fits beside a chart: 25 000 is 25k.
const short = count => count >= 1_000_000 ? `${count / 1_000_000}M` : count >= 1_000 ? `${count / 1_000}k` : String(+count.toFixed(3));

function chart(id, data, colours, labels) {
  if (charts[id]) {
    charts[id].setData(data);
    return;
  }
  const axis = {stroke: ink('--quiet'), grid: {stroke: ink('--line'), width: 1}, ticks: {stroke: ink('--line'), width: 1}};
  charts[id] = new uPlot({
    width: $(id).clientWidth, height: 170, legend: {show: false}, cursor: {drag: {x: false, y: false}},
    scales: {x: {range: (_, min, max) => [Math.min(min, max - MINUTE_SECONDS), max]}, y: {range: (_, min, max) => [0, Math.max(1, max * 1.1)]}},
    axes: [{...axis, values: (_, splits) => splits.map(clock), space: 70}, {...axis, size: 44, values: (_, splits) => splits.map(short)}],
    series: [{}, ...labels.map((label, i) => ({label, stroke: ink(colours[i]), width: 1.5, fill: i === 0 ? `${ink(colours[i])}22` : undefined}))],
  }, data, $(id));
}

function fit() {
  for (const [id, plot] of Object.entries(charts)) plot.setSize({width: $(id).clientWidth, height: 170});
}

// Colours are read once; another scheme has others.
function recolour() {
  INK.clear();
  for (const id of Object.keys(charts)) {
    charts[id].destroy();
    delete charts[id];
  }
  if (state.status !== null) slowly().catch(() => {});
}

// ---- signing in and out

// Where an identity provider is set: by authorization code and PKCE (RFC 7636), the token being a client's.
const [CLIENT_ID, AUTH_URL, TOKEN_URL] = document.querySelector('meta[name=sign-in]').content.split(' ')
  .map(word => decodeURIComponent(word.replaceAll('+', ' ')));
const COME_BACK = `${location.origin}/`;

const base64url = bytes => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

async function goToProvider() {
  const [verifier, mark] = [random(), random()];
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  sessionStorage.setItem('sign-in', JSON.stringify({verifier, mark}));
  const address = new URL(AUTH_URL);
  Object.entries({
    response_type: 'code', client_id: CLIENT_ID, redirect_uri: COME_BACK, state: mark,
    code_challenge: base64url(new Uint8Array(digest)), code_challenge_method: 'S256',
  }).forEach(([name, value]) => address.searchParams.set(name, value));
  location.assign(address);
}

// What the provider sent the browser back with becomes a token; empty when it sent nothing.
async function fromProvider() {
  const answer = new URLSearchParams(location.search);
  if (!answer.has('state')) return '';
  history.replaceState(null, '', location.pathname + location.hash);
  const asked = JSON.parse(sessionStorage.getItem('sign-in') ?? '{}');
  sessionStorage.removeItem('sign-in');
  if (answer.get('state') !== asked.mark) throw new Refused('the browser brought an answer to another sign-in; try again');
  if (answer.has('error')) throw new Refused(`the identity provider refused: ${answer.get('error_description') ?? answer.get('error')}`);
  const response = await fetch(TOKEN_URL, {
    method: 'POST', cache: 'no-store', signal: AbortSignal.timeout(10_000),
    body: new URLSearchParams({
      grant_type: 'authorization_code', client_id: CLIENT_ID, redirect_uri: COME_BACK, code: answer.get('code') ?? '', code_verifier: asked.verifier,
    }),
  });
  const {access_token: token} = response.ok ? await response.json() : {};
  if (!token) throw new Refused(`the identity provider gave no token (${response.status})`);
  return token;
}

// Browsers digest in pages that came by HTTPS, or from this machine, alone.
function offerProvider() {
  if (!AUTH_URL) return;
  $('by-provider').hidden = false;
  $('provider-name').textContent = new URL(AUTH_URL).host;
  $('provider').disabled = !window.isSecureContext;
  if (!window.isSecureContext) $('provider').title = 'This page must come by HTTPS for that.';
  $('provider').addEventListener('click', goToProvider);
}

// Of the schedulers in turn; the last one's failure if none answers.
async function firstAnswer(route) {
  for (const base of BASES) {
    state.base = base;
    try {
      return await get(route);
    } catch (e) {
      if (e instanceof Refused || base === BASES.at(-1)) throw e;
    }
  }
}

async function signIn() {
  state.isOperator = (await firstAnswer('viewer')).is_operator;
  sessionStorage.setItem('token', state.token);
  document.body.classList.toggle('is-operator', state.isOperator);
  $('sign-in').hidden = true;
  $('app').hidden = false;
  state.run++;
  forever(poll, POLL_MILLIS);
  forever(slowly, TRENDS_MILLIS);
  forever(watch, TRY_AGAIN_MILLIS);
}

function signOut(reason) {
  state.run++;
  state.token = '';
  state.base = location.origin;
  sessionStorage.removeItem('token');
  state.ended = [];
  state.builds = [];
  state.bars.clear();
  $('app').hidden = true;
  $('sign-in').hidden = false;
  $('refusal').textContent = reason;
  $('token').value = '';
  $('token').focus();
}

$('sign-in').addEventListener('submit', async event => {
  event.preventDefault();
  state.token = $('token').value.trim();
  try {
    await signIn();
  } catch (e) {
    signOut(e instanceof Refused ? `This token is not taken: ${e.message}` : `The scheduler does not answer: ${e.message}`);
  }
});
$('sign-out').addEventListener('click', () => signOut(''));
$('find-worker').addEventListener('input', draw);
$('find-job').addEventListener('input', draw);
$('find-build').addEventListener('input', draw);
window.addEventListener('resize', fit);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour);
setInterval(drawLanes, 250);

async function start() {
  offerProvider();
  try {
    state.token ||= await fromProvider();
    if (state.token === '') signOut('');
    else await signIn();
  } catch (e) {
    signOut(e instanceof Refused ? e.message : '');
  }
}

start();
