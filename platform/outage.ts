/** Whether something does not answer at the moment: `begin` and `end` call what they are given only when that changes, so that it is logged once. */
export class Outage {
  #isOn = false;

  begin(log: () => void): void {
    if (!this.#isOn) log();
    this.#isOn = true;
  }

  end(log: () => void): void {
    if (this.#isOn) log();
    this.#isOn = false;
  }
}
