/** A phone number with its middle hidden, "+1∙∙∙80": WhatsApp sends it as `display_name` at a login. */
const redactedNumber = /^\+?(?=.*\d)[\d\s∙•]*[∙•][\d\s∙•]*$/;

/** The name that people see, or null if there is none: empty text, or a redacted phone number. */
export const realPushName = (name: string | null | undefined): string | null =>
  !name || redactedNumber.test(name) ? null : name;
