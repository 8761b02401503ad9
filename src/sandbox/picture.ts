/** Where profile pictures are served, under http://127.0.0.1:PORT. */
export const picturePath = '/sandbox/picture/';

/** The picture of every account: one green pixel. */
export const picturePng: Buffer = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNQvZwGAAJ/AV9X3CpyAAAAAElFTkSuQmCC',
  'base64',
);
