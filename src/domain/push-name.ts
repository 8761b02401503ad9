/** A phone number with its middle hidden, "+1∙∙∙80": WhatsApp sends it as `display_name` at a login. */
const redactedNumber = /^\+?(?=.*\d)[\d\s\u2219\u2022]*[\u2219\u2022][\d\s\u2219\u2022]*$/;

/** The name that people see, or null if there is none: empty text, or a redacted phone number. */
export const realPushName = (name: string | null | undefined): string | null =>
  !name || redactedNumber.test(name) ? null : name;
