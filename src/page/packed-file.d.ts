/** Where a large file for the browser lies, with Brotli (.config/packed-file.js). */
declare module '*?packed' {
  export const packedFile: string;
}
