/** What the protocol rests on. Each can be left out, to see the model find what goes wrong without it. */
export const RULES = {
  'wait for the lease': 'A change is final only when no node can be reading under an older epoch.',
  'use no lapsed lease': 'A node uses Redis only while its last reading of the fence is less than a lease old.',
  'fence after commit': 'The fence is read after the commit, not before.',
  'new Redis, new epoch': 'Another Redis is trusted only under a new epoch.',
  'verify the server': 'A connection is used only when the server behind it is the one that the fence names.',
  'stay on the connection':
    'A reader that waits for the fill of another asks again only on the connection it began with.',
  'store under the lease': 'A fill is stored only while its lease is still there.',
  'remove the lease too': 'A removal takes the value and the fill lease.',
  'row in the transaction': 'The row of the outbox is written in the transaction of the change.',
  'row goes last': 'The relay removes the row only when the copies are gone and the lease has run out.',
  'relay waits, too': 'The relay waits for the lease before it removes the row.',
  'bump when nobody removes': 'A writer whose copies nobody could remove moves the fence on.',
  'serve under the memory lease': 'Memory is served only while a heartbeat sent less than B ago has been heard.',
  'join only under the lease': 'A load on its way is shared only while memory may be served.',
  'drop what was loading': 'What was announced during a load keeps its value out of memory.',
  'forget with the connection': 'Who loses the connection on which it hears forgets its copies and its loads.',
  'listen before keeping': 'What began to load while nobody listened is not kept in memory.',
  'announce last': 'A change is announced when its copies are gone from Redis and the epoch has settled.',
  'announce before the row goes': 'The row of the outbox goes only when the change has been announced.',
  'wait for the memory lease': 'A change is final only when no node can be serving memory from before it.',
  'count from the announcement': 'B is waited for from the end of the announcement, not from the commit.',
} as const;

export type Rule = keyof typeof RULES;

export const ALL_RULES = Object.keys(RULES) as Rule[];
