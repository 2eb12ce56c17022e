import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';

/** What of the editor the panels need; the only door to GraphiQL's own store. */
export function useShownOperation(): { tab: string; query: string; operationName: string | undefined } {
  const tab = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.id ?? '');
  const query = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.query ?? '');
  const operationName = useGraphiQL((state) => state.operationName);
  return { tab, query, operationName };
}

/** Opens an operation in a tab: the one that holds it already, or a new one. */
export function useOpenTab(): (operation: { query: string; variables: string }) => void {
  const tabs = useGraphiQL((state) => state.tabs);
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const { addTab, changeTab, updateActiveTabValues } = useGraphiQLActions();
  return ({ query, variables }) => {
    const open = tabs.findIndex((tab) => tab.query?.trim() === query);
    if (open !== -1) {
      changeTab(open);
      return showActiveTab();
    }
    addTab();
    queryEditor?.setValue(query);
    variableEditor?.setValue(variables);
    updateActiveTabValues({ query, variables });
    showActiveTab();
  };
}

/** There may be more tabs than there is room; the page is drawn first. */
function showActiveTab(): void {
  requestAnimationFrame(() => document.querySelector('.graphiql-tab-active')?.scrollIntoView({ block: 'nearest', inline: 'center' }));
}
