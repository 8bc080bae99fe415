// A call for help is heard on every screen until somebody answers: two notes, every three seconds.

const EVERY = 3000; // milliseconds

function sound(audio) {
  for (const [at, pitch] of [[0, 880], [0.22, 660]]) {
    const tone = audio.createOscillator();
    const loud = audio.createGain();
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, audio.currentTime + at);
    loud.gain.exponentialRampToValueAtTime(0.3, audio.currentTime + at + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + at + 0.2);
    tone.connect(loud).connect(audio.destination);
    tone.start(audio.currentTime + at);
    tone.stop(audio.currentTime + at + 0.21);
  }
}

export function start(element) {
  const audio = new AudioContext();
  const ring = () => {
    if (!element.isConnected) { clearInterval(timer); audio.close(); return; }
    if (audio.state === "running") sound(audio); // a browser nobody has touched yet stays silent
    else audio.resume();
  };
  const timer = setInterval(ring, EVERY);
  ring();
}
