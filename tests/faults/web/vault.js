// Sealing is the vault's own business and tested there: here things lie open.

export const openVault = {
  seal: async (_place, bytes) => new Uint8Array(bytes).slice().buffer,
  open: async (_place, bytes) => new Uint8Array(bytes),
  sealValue: async (_place, value) => JSON.stringify(value),
  openValue: async (_place, text) => JSON.parse(text),
};
