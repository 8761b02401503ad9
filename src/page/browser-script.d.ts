/** A file for the browser with all that it imports, as the text of one script (.config/browser-script.js). */
declare module '*.ts?script' {
  export const script: string;
}
