declare module 'node-gyp-build' {
  /** Loads the addon from build/Release, else from prebuilds/, below `root`. */
  function load(root: string): unknown;
  export = load;
}
