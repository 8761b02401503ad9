/** Whether a database gives a text back as it was: not with a NUL, where some end, nor with half a character, for which UTF-8 has no bytes. */
export const isStorable = (text: string): boolean => !/[\0\p{Cs}]/u.test(text);
