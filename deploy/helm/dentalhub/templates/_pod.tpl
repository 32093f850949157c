{{/*
The spec of a pod, the same for all parts:
  root, component, container (its command, ports and probes), environment (its own variables),
  part (resources and where it may run), secrets (names of Secrets with variables), settings (a ConfigMap),
  account, grace (seconds), credentials (a Secret with files), exports (true: reads or writes their files)
*/}}
{{- define "dentalhub.podSpec" -}}
{{- $v := .root.Values -}}
serviceAccountName: {{ .account }}
automountServiceAccountToken: false
# Kubernetes would add variables such as DENTALHUB_WEB_PORT for every service of the namespace.
enableServiceLinks: false
terminationGracePeriodSeconds: {{ .grace }}
{{- with $v.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
# The user of the image.
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
containers:
  - name: {{ .component }}
    image: {{ include "dentalhub.image" .root | quote }}
    imagePullPolicy: {{ $v.image.pullPolicy }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities: {drop: [ALL]}
    {{- .container | nindent 4 }}
    resources:
      {{- toYaml .part.resources | nindent 6 }}
    # What comes later wins: no Secret can change what the chart has decided.
    envFrom:
      {{- range compact .secrets }}
      - secretRef: {name: {{ . }}}
      {{- end }}
      - configMapRef: {name: {{ .settings }}}
    env:
      {{- include "dentalhub.secretVariables" .root | nindent 6 }}
      {{- with .environment }}
      {{- . | nindent 6 }}
      {{- end }}
    volumeMounts:
      - {name: data, mountPath: /data}
      - {name: tmp, mountPath: /tmp}
      {{- if .credentials }}
      - {name: practices, mountPath: /run/secrets/practices, readOnly: true}
      {{- end }}
      {{- if and $v.exports.existingClaim .exports }}
      - {name: exports, mountPath: /exports}
      {{- end }}
      {{- if $v.sourceAuthorities.existingConfigMap }}
      - {name: authorities, mountPath: /run/authorities, readOnly: true}
      {{- end }}
volumes:
  - name: data
    emptyDir: {sizeLimit: {{ $v.scratchSize }}}
  - name: tmp
    emptyDir: {sizeLimit: {{ $v.scratchSize }}}
  {{- if .credentials }}
  - name: practices
    secret: {secretName: {{ .credentials }}, defaultMode: 288} # 0440
  {{- end }}
  {{- if and $v.exports.existingClaim .exports }}
  - name: exports
    persistentVolumeClaim: {claimName: {{ $v.exports.existingClaim }}}
  {{- end }}
  {{- if $v.sourceAuthorities.existingConfigMap }}
  - name: authorities
    configMap: {name: {{ $v.sourceAuthorities.existingConfigMap }}}
  {{- end }}
{{- include "dentalhub.placement" .part }}
{{- end -}}

{{/* Where the pods of a part may run. */}}
{{- define "dentalhub.placement" -}}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The metadata of a pod: a change of settings starts it anew. root, component, queue, reads */}}
{{- define "dentalhub.podMetadata" -}}
labels:
  {{- include "dentalhub.labels" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .component }}
  {{- with .queue }}
  dentalhub/queue: {{ . | quote }}
  {{- end }}
  {{- with .reads }}
  dentalhub/reads: {{ . | quote }}
  {{- end }}
annotations:
  checksum/settings: {{ include "dentalhub.settings" .root | sha256sum }}
  {{- with .root.Values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}
