// Short words aloud: by a voice of this browser that needs no network, else by the gate's own.

// Mandarin is "cmn" to some engines.
const VOICES = { zh: /^(cmn|zh$|zh[-_](CN|Hans|SG|TW))/i, en: /^en([-_]|$)/i };

const clips = new Map();
let latest = 0;
let playing = null;

// The first question makes the browser look for voices.
export const wake = () => window.speechSynthesis?.getVoices();

export const busy = () => Boolean(playing || window.speechSynthesis?.speaking);

export function hush() {
  latest += 1;
  window.speechSynthesis?.cancel();
  playing?.stop();
  playing = null;
}

// A voice of elsewhere would carry the words off this machine.
function ownVoice(language) {
  const voices = window.speechSynthesis?.getVoices() ?? [];
  return voices.find((voice) => voice.localService && VOICES[language].test(voice.lang));
}

export async function speak(key, words, audio, level) {
  latest += 1;
  const turn = latest;
  const voice = ownVoice(words.language);
  if (voice) {
    const spoken = new SpeechSynthesisUtterance(words.spoken[key]);
    spoken.voice = voice;
    spoken.lang = voice.lang;
    spoken.volume = level;
    return speechSynthesis.speak(spoken);
  }
  if (!clips.has(key)) clips.set(key, await clip(key, words.language, audio));
  return turn === latest && clips.get(key) ? play(clips.get(key), audio, level) : undefined;
}

async function clip(key, language, audio) {
  try {
    const response = await fetch(`/say/${key}.wav?lang=${language}`);
    return response.status === 200 ? await audio.decodeAudioData(await response.arrayBuffer()) : null;
  } catch {
    return null;
  }
}

function play(sound, audio, level) {
  const source = audio.createBufferSource();
  const gain = audio.createGain();
  source.buffer = sound;
  gain.gain.value = level;
  source.connect(gain).connect(audio.destination);
  source.onended = () => { if (playing === source) playing = null; };
  playing = source;
  source.start();
}
