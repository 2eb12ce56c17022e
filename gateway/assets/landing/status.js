// Shows what /readyz says, every three seconds while somebody looks.

const list = document.getElementById('parts');
const words = { reachable: 'runs', unreachable: 'away', none: 'not used' };
const names = { eventLog: 'event log', redis: 'Redis' };
let shown = '';

async function refresh() {
  if (document.hidden) return;
  const parts = await fetch('/readyz')
    .then((response) => response.json())
    .then(({ subgraphs, eventLog, redis }) => ({ gateway: 'reachable', ...subgraphs, eventLog, redis }))
    .catch(() => ({ gateway: 'unreachable' }));
  const now = JSON.stringify(parts);
  if (now === shown) return;
  shown = now;
  list.replaceChildren(
    ...Object.entries(parts).map(([name, state]) => {
      const item = document.createElement('li');
      const word = document.createElement('small');
      item.className = state;
      item.textContent = names[name] ?? name;
      word.textContent = words[state] ?? state;
      item.append(word);
      return item;
    }),
  );
}

refresh();
setInterval(refresh, 3000);
document.addEventListener('visibilitychange', refresh);
