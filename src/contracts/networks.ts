// Whose network an address belongs to: the seam between detection and whoever holds a table. Given to createDetector; absent: only the record's own word counts.

export interface AddressOwner {
  /** AS number. */
  readonly asn: number;
  /** Who announces it, as the table spells it. */
  readonly owner: string;
}
export interface NetworkTable {
  /** When the table was made: ISO date. It is a default, not a proof. */
  readonly date: string;
  /** @param address as cleanAddress writes it. Undefined: nobody is known to announce it. */
  of(address: string): AddressOwner | undefined;
  /** Owner of an AS number. */
  owner(asn: number): string | undefined;
}
