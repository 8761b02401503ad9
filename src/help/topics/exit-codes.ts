export const exitCodes = `\
Exit statuses. --json never changes one; of several sessions the worst counts.

  0    done; for status: every session is as expected
  1    a bug in wactl (internal)
  2    wrong flags or arguments (usage), or a question was answered with no, or
       there was no terminal to ask on (declined)
  3    the session does not exist (not_found), the id is taken (already_exists),
       or a prefix fits several (ambiguous_id)
  4    the session has to be paired (not_paired, logged_out), or is not what
       --expect says (not_as_expected)
  5    WhatsApp or the proxy cannot be reached (unreachable), or does not answer
       in time (timed_out): trying again may help
  6    another process or machine uses the session (in_use, not_held, replaced),
       or may use it: it was moved away or is a copy (fenced)
  7    nobody paired in time (pairing_expired), or WhatsApp refused the pairing
       (pairing_refused)
  8    WhatsApp has banned the account (banned) or refuses this device (refused)
  9    WhatsApp wants a newer client version (outdated)
  10   the account asks for its passkey, and nobody answered (passkey_required)
  11   the database or the settings are damaged (store_damaged), in use
       (store_locked) or open to other users (store_unsafe), or the key that
       opens the sessions is lost (missing_key) or another one (wrong_key); or
       a file of sessions is damaged (file_damaged) or sealed for another key
       (file_locked)
  130  ended by Ctrl-C, after cleaning up (interrupted)
  141  the reader of the output has gone
  143  ended by SIGTERM or SIGHUP, after cleaning up (terminated)

The words in parentheses are the codes that --json prints: "error": {"code": …}

Example:
  wactl status my-phone --quiet || echo "not logged in: exit $?"
`;
