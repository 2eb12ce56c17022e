import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Does `work` while no other process does what is guarded by the same file, which names the one that does; `onWait` is called once. */
export async function oneAtATime(file, work, onWait) {
  for (let waits = 0; !take(file); waits += 1) {
    const pid = ownerOf(file);
    if (pid > 0 && !isAlive(pid)) rmSync(file, { force: true });
    else if (waits === 0) onWait(pid);
    await sleep(200);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** 0 when it has just let go, or has not written its number yet. */
function ownerOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
