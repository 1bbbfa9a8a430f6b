/** An image reference within a path of the Engine's API: slashes are part of the path; nothing else may leave it. */
export const enginePath = (reference: string): string => reference.split('/').map(encodeURIComponent).join('/');
