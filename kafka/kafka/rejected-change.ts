/** A change of the broker that cannot be made as things are: its message is a sentence for the person who asked for it. */
export class RejectedChange extends Error {}
