// Explicit black and white, 16 and 231 of the 256 colours: the 16 basic ones belong to the theme, which may make white
// beige and black blue.
export const blackOnWhite = '\x1b[38;5;16;48;5;231m';
export const whiteOnBlack = '\x1b[38;5;231;48;5;16m';
export const plain = '\x1b[0m';
