export const json = `\
With --json, stdout is JSON and nothing else, whatever goes wrong.

- One document on one line. create, qr, pair and connect print an event per
  line, and a last line that says how it ended.
- Several ids, or --all, give an array.
- A failure is {"error": {"code", "message", "hint", "exit_status"}}; the exit
  status is the same as without --json (wactl help exit-codes).
- Times are ISO 8601 in UTC, phone numbers are digits without "+", what is not
  known is null.
- Without --json, a list in a pipe has tabs between its columns, no titles, and
  nothing cut. A script had better read --json.

Examples, with jq:
  wactl list --json --per-page 1000 | jq -r '.sessions[].id'
  wactl status my-phone --json | jq .is_logged_in
  wactl create my-phone --json | jq -r 'select(.event == "qr") | .qr'
`;
