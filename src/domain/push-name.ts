/** A phone number whose middle is not told, "+1∙∙∙80": WhatsApp gives it as `display_name` at a login. */
const redactedNumber = /^\+?(?=.*\d)[\d\s∙•]*[∙•][\d\s∙•]*$/;

/** The name that people see, or null for what is none: nothing, or a redacted phone number. */
export const realPushName = (name: string | null | undefined): string | null =>
  !name || redactedNumber.test(name) ? null : name;
