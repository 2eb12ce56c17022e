/** Which forms hold something that was typed and is kept nowhere else yet. */
class Unsaved {
  readonly #forms = new Set<object>();

  /** `form`: any object that stands for the form. */
  mark(form: object, isTyped: boolean): void {
    if (isTyped) this.#forms.add(form);
    else this.#forms.delete(form);
  }

  /** Leaving loses nothing now: the changes were saved, or the visitor confirmed. */
  forget(): void {
    this.#forms.clear();
  }

  isAny(): boolean {
    return this.#forms.size > 0;
  }
}

/** Of this tab: a document has one visitor. */
export const unsaved = new Unsaved();
