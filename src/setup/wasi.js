// For emcc's linker: random_get is WASI's, so its import is no mistake. Nothing
// of this file reaches the module.
mergeInto(LibraryManager.library, { random_get: function () {} });
