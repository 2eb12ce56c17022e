type Press = { readonly key: string; preventDefault(): void };

/** Enter and the space bar do what a click does, for what is drawn and so is no button of its own. */
export function onPress(act: () => void): (event: Press) => void {
  return (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    act();
  };
}
