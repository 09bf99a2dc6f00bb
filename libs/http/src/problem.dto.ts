/** One thing that is wrong with the input. */
export class InputError {
  /**
   * Where: a JSON pointer as a URI fragment (RFC 6901 section 6). For a query or path it starts at the parameters.
   * @example #/email
   */
  pointer: string;

  /**
   * What is wrong there, without the value.
   * @example email must be an email
   */
  message: string;
}

/** What every refusal looks like: application/problem+json (RFC 9457). */
export class ProblemDocument {
  /**
   * A URI that names the kind of problem.
   * @example urn:portcullis:request.invalid
   */
  type: string;

  /**
   * The reason phrase of the status.
   * @example Unprocessable Entity
   */
  title: string;

  /**
   * The HTTP status.
   * @example 422
   */
  status: number;

  /**
   * A sentence for people; its wording may change.
   * @example The input is not valid.
   */
  detail: string;

  /**
   * The stable name of the problem; what programs compare.
   * @example request.invalid
   */
  code: string;

  /**
   * The id of the request, as in its X-Request-Id header and in the logs.
   * @example 0198c9d4-7f3a-7b1e-9c55-1f2d3a4b5c6d
   */
  requestId?: string;

  /** What is wrong with the input, at most 20 of them. */
  errors?: InputError[];
}
