import type { ServiceName } from '../dev/services.ts';
import type { ComponentState, RunningComponent, SupervisedProcess } from '../dev/supervised-process.ts';
import type { CopiesProxy } from './proxy.ts';

/** One copy of a service: its process, and whether the proxies before the service give it connections. */
export class Copy {
  readonly name: string;
  readonly service: ServiceName;
  readonly adminUrl: string;
  readonly #proxies: readonly CopiesProxy[];
  /** Its process says that it is ready. */
  #isUp = false;
  /** Its answers of late say so. */
  #isHealthy = true;
  #process: SupervisedProcess<RunningComponent> | null = null;

  constructor(options: { name: string; service: ServiceName; adminUrl: string; proxies: readonly CopiesProxy[] }) {
    this.name = options.name;
    this.service = options.service;
    this.adminUrl = options.adminUrl;
    this.#proxies = options.proxies;
  }

  get process(): SupervisedProcess<RunningComponent> {
    if (this.#process === null) throw new Error(`${this.name} has no process yet.`);
    return this.#process;
  }

  runs(process: SupervisedProcess<RunningComponent>): void {
    this.#process = process;
  }

  onState({ is }: ComponentState): void {
    this.#isUp = is === 'ready';
    this.#isHealthy = true;
    this.#tell();
  }

  /** It gets no new connections any more: the first thing that an orchestrator does with a copy that is to end. */
  leave(): void {
    this.#isUp = false;
    this.#tell();
  }

  noteHealth(isHealthy: boolean): void {
    if (isHealthy === this.#isHealthy) return;
    this.#isHealthy = isHealthy;
    this.#tell();
  }

  #tell(): void {
    for (const proxy of this.#proxies) proxy.setReady(this.name, this.#isUp && this.#isHealthy);
  }
}
