// The package's scripts, as npm understands their names.
import manifest from '../../package.json';

test('no script but pretest is run by npm before or after another one by its name alone', () => {
  const names = Object.keys(manifest.scripts);
  const hooks = names.flatMap((name) => [`pre${name}`, `post${name}`]);
  expect(names.filter((name) => hooks.includes(name))).toEqual(['pretest']);
});
