import { ref } from 'vue'

const query = matchMedia('(max-width: 639px)')

/** A phone's width: rows of long lists take two lines. */
export const isNarrow = ref(query.matches)
query.addEventListener('change', (event) => {
  isNarrow.value = event.matches
})
