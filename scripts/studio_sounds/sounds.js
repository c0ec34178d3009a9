// What the page needs of spessasynth_lib: the bundler leaves out everything else.
export { WorkletSynthesizer } from "spessasynth_lib";
