/**
 * True for a client that reads errors: its `Accept` names JSON. Browsers that load a picture never do.
 * @see RFC 9457 section 3, RFC 9110 section 12.5.1
 */
export function wantsProblem(accept: string | null): boolean {
  return (accept ?? "").split(",").some((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const isJson = type === "application/problem+json" || type === "application/json";
    return isJson && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}
