/** Texts of the field app: video, sound and the moments to prove. */
export default {
  "kind.recording": "Recording",
};
