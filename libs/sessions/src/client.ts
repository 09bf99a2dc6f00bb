/** From where and with what a request was made, as shown in the list of sessions. */
export interface Client {
  ip: string | null;
  /** At most 256 characters, without control characters. */
  userAgent: string | null;
}
